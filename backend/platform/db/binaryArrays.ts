/**
 * Arrays for PostgreSQL in its binary format. `pg` writes arrays as text with every quote escaped,
 * which for JSON doubles the work on both sides; a `Buffer` goes out as it is.
 */

const TYPE = { int2: 21, int4: 23, int8: 20, text: 25, json: 114, jsonb: 3802, bool: 16, timestamptz: 1184 } as const;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MS = 946_684_800_000;
const HEADER_BYTES = 20;
const HALF = 2 ** 32;

function openArray(type: number, length: number, dataBytes: number, hasNull: boolean): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + dataBytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(type, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

/** Values of one width. */
function fixed<T>(type: number, width: number, values: readonly (T | null)[], write: (buffer: Buffer, value: T, at: number) => void): Buffer {
  let nulls = 0;
  for (const value of values) if (value === null) nulls += 1;
  const buffer = openArray(type, values.length, values.length * 4 + (values.length - nulls) * width, nulls > 0);
  let at = HEADER_BYTES;
  for (const value of values) {
    buffer.writeInt32BE(value === null ? -1 : width, at);
    at += 4;
    if (value === null) continue;
    write(buffer, value, at);
    at += width;
  }
  return buffer;
}

/** Texts, each with `version` before it when the type wants one. */
function texts(type: number, values: readonly (string | null)[], version: number | null): Buffer {
  const extra = version === null ? 0 : 1;
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value) + extra));
  let bytes = 0;
  let hasNull = false;
  for (const length of lengths) {
    if (length === -1) hasNull = true;
    else bytes += length;
  }
  const buffer = openArray(type, values.length, values.length * 4 + bytes, hasNull);
  let at = HEADER_BYTES;
  values.forEach((value, index) => {
    buffer.writeInt32BE(lengths[index] ?? -1, at);
    at += 4;
    if (value === null) return;
    if (version !== null) at = buffer.writeUInt8(version, at);
    at += buffer.write(value, at);
  });
  return buffer;
}

/** `bigint[]`, from decimal texts or whole numbers. */
export function int8Array(values: readonly (string | number | null)[]): Buffer {
  return fixed(TYPE.int8, 8, values, (buffer, value, at) => buffer.writeBigInt64BE(BigInt(value), at));
}

/** `integer[]`. */
export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.int4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** `smallint[]`. */
export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.int2, 2, values, (buffer, value, at) => buffer.writeInt16BE(value, at));
}

/** `boolean[]`. */
export function boolArray(values: readonly (boolean | null)[]): Buffer {
  return fixed(TYPE.bool, 1, values, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));
}

/** `timestamptz[]`, from milliseconds since 1970. */
export function timestamptzArray(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.timestamptz, 8, values, (buffer, value, at) => {
    const high = Math.floor((value - EPOCH_MS) / HALF);
    // In halves: as one number, microseconds of distant years are not exact, and as a bigint they cost three objects.
    const micros = (value - EPOCH_MS - high * HALF) * 1000;
    const carry = Math.floor(micros / HALF);
    buffer.writeInt32BE(high * 1000 + carry, at);
    buffer.writeUInt32BE(micros - carry * HALF, at + 4);
  });
}

/** `text[]`. */
export function textArray(values: readonly (string | null)[]): Buffer {
  return texts(TYPE.text, values, null);
}

/** `json[]`, from JSON texts. */
export function jsonArray(values: readonly (string | null)[]): Buffer {
  return texts(TYPE.json, values, null);
}

/** `jsonb[]`, from JSON texts. */
export function jsonbArray(values: readonly (string | null)[]): Buffer {
  return texts(TYPE.jsonb, values, 1);
}

/** Numbers in two bytes: the upper half of a 32-bit float has the whole range, to half a per cent. */

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** A number as it is kept. */
export function pack(value: number): number {
  floats[0] = value;
  return ((bits[0] ?? 0) + 0x8000) >>> 16;
}

/** What was kept. */
export function unpack(packed: number): number {
  bits[0] = (packed << 16) >>> 0;
  return floats[0] ?? 0;
}

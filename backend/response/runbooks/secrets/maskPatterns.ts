/** How a secret may look in a text: as it is, escaped, or encoded. Each way is a row of places, each place with its spellings. Pure. */

/** The spellings of one place, by their first character; what is kept is what follows it. */
export type Place = ReadonlyMap<string, readonly string[]>;
/** One way in which a secret may be written. */
export type Pattern = readonly Place[];

/** A line of a longer secret is a secret by itself from this length on. */
const MIN_LINE_CHARACTERS = 8;
/** JSON within JSON, so many times: each doubles the backslashes. */
const JSON_LEVELS = 4;
const ESCAPES = Array.from({ length: JSON_LEVELS }, (_, level) => '\\'.repeat(2 ** level));
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function placeOf(spellings: Iterable<string>): Place {
  const place = new Map<string, string[]>();
  for (const spelling of new Set(spellings)) {
    const first = spelling.slice(0, 1);
    const rests = place.get(first) ?? [];
    rests.push(spelling.slice(1));
    place.set(first, rests);
  }
  return place;
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function bothCases(text: string, hex: string): string[] {
  return [text.replace('#', hex.toLowerCase()), text.replace('#', hex.toUpperCase())];
}

const HTML: Readonly<Record<string, readonly string[]>> = { '&': ['&amp;'], '<': ['&lt;'], '>': ['&gt;'], '"': ['&quot;'], "'": ['&apos;'] };

/** How a character may be written: as it is, and escaped for JSON, addresses, shells and HTML. */
function spellingsOf(character: string): string[] {
  const spellings = [character];
  for (let level = 0, json = character; level < JSON_LEVELS; level += 1) {
    json = JSON.stringify(json).slice(1, -1);
    spellings.push(json);
  }
  const units = Array.from({ length: character.length }, (_, index) => hexOf(character.charCodeAt(index), 4));
  for (const prefix of ESCAPES.map((escape) => `${escape}u`)) {
    spellings.push(units.map((unit) => prefix + unit).join(''), units.map((unit) => prefix + unit.toUpperCase()).join(''));
  }
  const bytes = [...Buffer.from(character, 'utf8')].map((byte) => hexOf(byte, 2));
  for (const prefix of ['%', '%25', '\\x']) {
    spellings.push(bytes.map((byte) => prefix + byte).join(''), bytes.map((byte) => prefix + byte.toUpperCase()).join(''));
  }
  const code = character.codePointAt(0) ?? 0;
  spellings.push(`&#${code};`, ...bothCases('&#x#;', hexOf(code, 1)), ...(HTML[character] ?? []));
  if (character === ' ') spellings.push('+');
  if (character === '/') spellings.push(...ESCAPES.map((escape) => `${escape}/`));
  if (character === '\n') spellings.push('\r\n');
  if (character === "'") spellings.push(`'\\''`, `'"'"'`);
  if (!/[a-zA-Z0-9\n]/.test(character)) spellings.push(`\\${character}`);
  return spellings;
}

const textPlaces = new Map<string, Place>();
function textPlace(character: string): Place {
  const known = textPlaces.get(character);
  if (known !== undefined) return known;
  const made = placeOf(spellingsOf(character));
  // The table must not grow with whatever texts come along.
  if (textPlaces.size < 4_096) textPlaces.set(character, made);
  return made;
}

const hexPlaces = Array.from({ length: 256 }, (_, byte) => {
  const spellings = ['', ':', ' ', '-', '\\x', '0x', ' 0x', ', 0x'].flatMap((before) => bothCases(`${before}#`, hexOf(byte, 2)));
  return { first: placeOf(bothCases('#', hexOf(byte, 2))), further: placeOf(spellings) };
});

function base64Spellings(value: number): string[] {
  const character = BASE64.charAt(value);
  const spellings = [character];
  if (character === '+') spellings.push('-', '%2B', '%2b', '\\u002b', '\\u002B');
  if (character === '/') spellings.push('_', '%2F', '%2f', '\\/');
  return spellings;
}
/** Encoders may break lines anywhere, also within a JSON text. */
function broken(spellings: readonly string[]): string[] {
  return spellings.flatMap((spelling) => [spelling, `\n${spelling}`, `\r\n${spelling}`, `\\n${spelling}`, `\\r\\n${spelling}`]);
}
/** The spellings of six bits of which only `known` (a mask) are the secret's, by place. */
function base64Place(bits: number, known: number, isFirst: boolean): Place {
  const spellings = Array.from({ length: 64 }, (_, value) => value).filter((value) => (value & known) === (bits & known)).flatMap(base64Spellings);
  return placeOf(isFirst ? spellings : broken(spellings));
}
const base64Places = new Map<string, Place>();

/** The secret within a longer text that is base64: `before` bytes, counted in threes, come first. Characters that hold bits of others match whatever those are. */
function base64Pattern(bytes: Buffer, before: number): Pattern {
  const padded = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(2)]);
  const firstBit = before * 8;
  const lastBit = firstBit + bytes.length * 8;
  const pattern: Place[] = [];
  for (let at = Math.floor(firstBit / 6) * 6; at < lastBit; at += 6) {
    const word = (padded.readUInt8(at >> 3) << 8) | padded.readUInt8((at >> 3) + 1);
    const bits = (word >> (10 - (at & 7))) & 63;
    let known = 0;
    for (let bit = 0; bit < 6; bit += 1) if (at + bit >= firstBit && at + bit < lastBit) known |= 32 >> bit;
    const key = `${bits & known}.${known}.${pattern.length === 0}`;
    const place = base64Places.get(key) ?? base64Place(bits, known, pattern.length === 0);
    base64Places.set(key, place);
    pattern.push(place);
  }
  return pattern;
}

function encodings(text: string): Pattern[] {
  const bytes = Buffer.from(text, 'utf8');
  return [
    Array.from(text, textPlace),
    [...bytes].flatMap((byte, index) => {
      const places = hexPlaces[byte];
      return places === undefined ? [] : [index === 0 ? places.first : places.further];
    }),
    base64Pattern(bytes, 0), base64Pattern(bytes, 1), base64Pattern(bytes, 2),
  ];
}

/** Every way in which a secret may be written; also without the space around it, and line by line. */
export function patternsOf(secret: string): Pattern[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= MIN_LINE_CHARACTERS);
  const texts = new Set([secret, secret.trim(), ...(lines.length > 1 ? lines : [])].filter((text) => text !== ''));
  return [...texts].flatMap(encodings);
}

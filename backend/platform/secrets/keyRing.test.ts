import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Secret } from '../config/secret.ts';
import { createKeyRing, SealError } from './keyRing.ts';

const newKey = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });
const OLD = newKey('2025');
const NEW = newKey('2026');
const ring = createKeyRing([NEW, OLD]);
const PURPOSE = 'source-hmac:1:grafana';
const SECRET = 'correct horse battery staple';

function openingError(run: () => string): SealError {
  try {
    run();
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error('it opened');
}

test('property: whatever is sealed opens again, and no two envelopes are alike', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (plaintext, purpose) => {
    const envelope = ring.seal(plaintext, purpose);
    expect(ring.open(envelope, purpose)).toBe(plaintext);
    expect(ring.seal(plaintext, purpose)).not.toBe(envelope);
    expect(envelope).toMatch(/^muster\.v1\.2026\.[\w-]+\.[\w-]+$/);
  }));
});

test('property: an envelope with any one character changed, added or left out does not open', () => {
  const envelope = ring.seal(SECRET, PURPOSE);
  const replaced = fc.tuple(fc.nat(envelope.length - 1), fc.constantFrom(...'abcXYZ019-_.= \n')).map(([at, by]) => envelope.slice(0, at) + by + envelope.slice(at + 1));
  const removed = fc.nat(envelope.length - 1).map((at) => envelope.slice(0, at) + envelope.slice(at + 1));
  const added = fc.tuple(fc.nat(envelope.length), fc.constantFrom(...'aZ9-_.=')).map(([at, by]) => envelope.slice(0, at) + by + envelope.slice(at));
  fc.assert(fc.property(fc.oneof(replaced, removed, added).filter((changed) => changed !== envelope), (changed) => {
    expect(openingError(() => ring.open(changed, PURPOSE)).message).not.toContain(SECRET);
  }), { numRuns: 2000 });
});

test('property: an envelope opens for its own purpose only', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (purpose, other) => {
    fc.pre(purpose !== other);
    expect(openingError(() => ring.open(ring.seal(SECRET, purpose), other))).toBeInstanceOf(SealError);
  }));
});

test('opens what an older key sealed, and says that it needs rotation', () => {
  const older = createKeyRing([OLD]).seal(SECRET, PURPOSE);
  expect(ring.open(older, PURPOSE)).toBe(SECRET);
  expect(ring.needsRotation(older)).toBe(true);
  expect(ring.needsRotation(ring.seal(SECRET, PURPOSE))).toBe(false);
});

test('names a key that is not configured', () => {
  const envelope = ring.seal(SECRET, PURPOSE);
  expect(openingError(() => createKeyRing([OLD]).open(envelope, PURPOSE)).message).toContain('"2026"');
});

test('does not open with another key of the same name', () => {
  const envelope = ring.seal(SECRET, PURPOSE);
  expect(openingError(() => createKeyRing([newKey('2026')]).open(envelope, PURPOSE))).toBeInstanceOf(SealError);
});

test('says nothing of a text that is no envelope at all', () => {
  const error = openingError(() => ring.open('a plain password', PURPOSE));
  expect(error.message).not.toContain('password');
});

test('refuses to seal without a key', () => {
  expect(() => createKeyRing([]).seal(SECRET, PURPOSE)).toThrow(SealError);
});

test('property: a text is authentic for its purpose alone, under any key of the ring, and in one spelling', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (text, other) => {
    const mac = ring.mac(text, PURPOSE);
    expect([ring.isMac(mac, text, PURPOSE), ring.isMac(mac, `${text}${other}x`, PURPOSE), ring.isMac(mac, text, `${PURPOSE}${other}x`)]).toEqual([true, false, false]);
  }), { numRuns: 50 });
  const mac = createKeyRing([OLD]).mac('a page', PURPOSE);
  expect([mac.startsWith('2025.'), ring.isMac(mac, 'a page', PURPOSE), createKeyRing([NEW]).isMac(mac, 'a page', PURPOSE)]).toEqual([true, true, false]);
  for (const bent of ['', 'x', mac.slice(0, -1), `${mac}A`, mac.replace('2025', '2026'), `${mac.slice(0, -1)}${mac.endsWith('_') ? '-' : '_'}`]) expect([bent, ring.isMac(bent, 'a page', PURPOSE)]).toEqual([bent, false]);
  expect(() => createKeyRing([]).mac('a page', PURPOSE)).toThrow(SealError);
});

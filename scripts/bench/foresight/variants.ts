/** The same storms with less knowledge or less noise: how much hangs on what. */
import { createHash } from 'node:crypto';
import { EMPTY_TOPOLOGY } from '../../../backend/catalog/index.ts';
import { readStorm, type Storm } from '../correlation/storm.ts';

const SEEDS = ['a', 'b'] as const;

/** Whether an alert series is kept: the same one each time for a seed. */
function isKept(seed: string, fingerprint: string, share: number): boolean {
  return (createHash('sha256').update(`${seed}${fingerprint}`).digest()[0] ?? 0) < 256 * share;
}

/** Storms with only a share of the alert series that belong to no incident. */
async function withNoise(dir: string, storms: readonly Storm[], share: number, seed: string): Promise<Storm[]> {
  const thinned: Storm[] = [];
  for (const { name, truth } of storms) {
    const ofIncidents = new Set(Object.entries(truth.alerts).filter(([, incident]) => incident !== null).map(([key]) => key.slice(0, key.indexOf('|'))));
    thinned.push(await readStorm(dir, name, { keep: (fingerprint) => ofIncidents.has(fingerprint) || isKept(seed, fingerprint, share) }));
  }
  return thinned;
}

/** Every variant with what it is called. */
export async function variantsOf(dir: string, storms: readonly Storm[]): Promise<[string, Storm[]][]> {
  const variants: [string, Storm[]][] = [
    ['without a catalogue', storms.map((storm) => ({ ...storm, topology: EMPTY_TOPOLOGY }))],
    ['without changes', storms.map((storm) => ({ ...storm, events: storm.events.filter(({ kind }) => kind === 'alert') }))],
  ];
  for (const share of [0.5, 0.25]) {
    for (const seed of SEEDS) variants.push([`${100 * share} % of the noise, seed ${seed}`, await withNoise(dir, storms, share, seed)]);
  }
  return variants;
}

/** The story of the simulated shop as it goes on, kept in the demo's folder, so that a second start serves the same past. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { createStory, type OutageTimes, type Story } from './story.ts';

const kept = z.object({ begunMs: z.number(), outages: z.array(z.object({ startMs: z.number(), healedMs: z.number().nullable() })), roomMs: z.number().nullable().default(null) });
/** Older ones are forgotten: detectors do not look back to them. */
const LAST_OUTAGES = 20;

export interface ShopTimes {
  story(): Story;
  /** The outage begins then. */
  begin(startMs: number): Promise<void>;
  /** Everything is well from now on. */
  heal(nowMs: number): Promise<void>;
  /** The volume that fills is calm again from now on. */
  makeRoom(nowMs: number): Promise<void>;
}

/** Reads what is kept in the file; where there is none, the shop began at `begunMs`. */
export async function openShopTimes(file: string, begunMs: number): Promise<ShopTimes> {
  const read = kept.safeParse(await readFile(file, 'utf8').then((text): unknown => JSON.parse(text)).catch(() => null));
  const begun = read.success ? read.data.begunMs : begunMs;
  const outages: OutageTimes[] = read.success ? read.data.outages.slice(-LAST_OUTAGES) : [];
  let roomMs = read.success ? read.data.roomMs : null;
  let story = createStory(begun, outages, roomMs);

  async function keep(): Promise<void> {
    story = createStory(begun, outages, roomMs);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify({ begunMs: begun, outages, roomMs }));
  }

  await keep();
  return {
    story: () => story,
    async begin(startMs) {
      outages.push({ startMs, healedMs: null });
      await keep();
    },
    async heal(nowMs) {
      for (const outage of outages) outage.healedMs ??= nowMs;
      await keep();
    },
    async makeRoom(nowMs) {
      roomMs ??= nowMs;
      await keep();
    },
  };
}

/** A storm through the predictor alone: what it warned of, and every judgement with what came of it. */
import { createForesight, type ForesightSnapshot, type Likelihood, type Prior } from '../../../backend/prediction/index.ts';
import type { AlertChange } from '../../../backend/ingest/index.ts';
import type { Storm } from '../correlation/storm.ts';

export interface Judgement {
  readonly likelihood: Likelihood;
  /** An incident of which it is the cause begins 1 to 45 minutes later. */
  readonly hit: boolean;
  /** Such an incident is going on: neither hit nor miss. */
  readonly isDuring: boolean;
}

export interface Played {
  readonly judgements: readonly Judgement[];
  readonly snapshot: ForesightSnapshot;
}

const MINUTE_MS = 60_000;
const DURING_MS = 90 * MINUTE_MS;

export interface PlayOptions {
  readonly prior: Prior;
  readonly from?: ForesightSnapshot;
  /** By how much the recording is moved in time, to follow another. */
  readonly shiftMs?: number;
  readonly rename?: (rule: string) => string;
}

function shifted(change: AlertChange, ms: number, rename: (rule: string) => string): AlertChange {
  return { ...change, name: rename(change.name), recordedAt: new Date(change.recordedAt.getTime() + ms), startsAt: new Date(change.startsAt.getTime() + ms) };
}

/** Plays it in the order of arrival. */
export function playStorm(storm: Storm, { prior, from, shiftMs = 0, rename = (rule) => rule }: PlayOptions): Played {
  const foresight = createForesight({ topology: storm.topology, prior, ...(from === undefined ? {} : { from }) });
  const judgements: Judgement[] = [];
  for (const event of storm.events) {
    if (event.kind === 'change') {
      foresight.change({ ...event.change, at: new Date(event.change.at.getTime() + shiftMs) });
      continue;
    }
    const likelihood = foresight.alert(shifted(event.change, shiftMs, rename));
    if (likelihood === null) continue;
    const leads = storm.truth.incidents.filter(({ rootCauseService }) => rootCauseService === likelihood.service)
      .map(({ onset }) => Date.parse(onset) + shiftMs - likelihood.atMs);
    const hit = leads.some((lead) => lead >= MINUTE_MS && lead <= 45 * MINUTE_MS);
    judgements.push({ likelihood: { ...likelihood, atMs: likelihood.atMs - shiftMs }, hit, isDuring: !hit && leads.some((lead) => lead < MINUTE_MS && lead > -DURING_MS) });
  }
  return { judgements, snapshot: foresight.snapshot() };
}

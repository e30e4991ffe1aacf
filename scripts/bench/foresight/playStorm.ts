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
const TOLD_MS = 46 * MINUTE_MS;

export interface PlayOptions {
  readonly prior: Prior;
  readonly from?: ForesightSnapshot;
  /** By how much the recording is moved in time, to follow another. */
  readonly shiftMs?: number;
  readonly rename?: (rule: string) => string;
  /** What became of a warning is told when its time is over, as the service does; else nothing is. */
  readonly isTold?: boolean;
}

function shifted(change: AlertChange, ms: number, rename: (rule: string) => string): AlertChange {
  return { ...change, name: rename(change.name), recordedAt: new Date(change.recordedAt.getTime() + ms), startsAt: new Date(change.startsAt.getTime() + ms) };
}

/** Plays it in the order of arrival. */
export function playStorm(storm: Storm, { prior, from, shiftMs = 0, rename = (rule) => rule, isTold = false }: PlayOptions): Played {
  const foresight = createForesight({ topology: storm.topology, prior, ...(from === undefined ? {} : { from }) });
  const judgements: Judgement[] = [];
  const untold: Judgement[] = [];
  const tell = (untilMs: number): void => {
    for (let [next] = untold; next !== undefined && next.likelihood.atMs + shiftMs + TOLD_MS <= untilMs; [next] = untold) {
      foresight.outcome(next.likelihood.service, next.likelihood.atMs + shiftMs, next.hit);
      untold.shift();
    }
  };
  for (const event of storm.events) {
    if (event.kind === 'change') {
      foresight.change({ ...event.change, at: new Date(event.change.at.getTime() + shiftMs) });
      continue;
    }
    const change = shifted(event.change, shiftMs, rename);
    tell(change.recordedAt.getTime());
    const likelihood = foresight.alert(change);
    if (likelihood === null) continue;
    const leads = storm.truth.incidents.filter(({ rootCauseService }) => rootCauseService === likelihood.service)
      .map(({ onset }) => Date.parse(onset) + shiftMs - likelihood.atMs);
    const hit = leads.some((lead) => lead >= MINUTE_MS && lead <= 45 * MINUTE_MS);
    const judgement = { likelihood: { ...likelihood, atMs: likelihood.atMs - shiftMs }, hit, isDuring: !hit && leads.some((lead) => lead < MINUTE_MS && lead > -DURING_MS) };
    judgements.push(judgement);
    if (isTold && likelihood.isWarning) untold.push(judgement);
  }
  tell(Number.POSITIVE_INFINITY);
  return { judgements, snapshot: foresight.snapshot() };
}

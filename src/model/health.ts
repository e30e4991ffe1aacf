/** Judges the health of sources and of Muster itself, in words. */
import type { Source, SystemStatus } from '#contract';
import { countOf } from './counts.ts';
import { formatDuration } from './duration.ts';

export interface Verdict {
  readonly tone: 'good' | 'warning' | 'bad' | 'unknown';
  readonly text: string;
}

/** Longer than this behind, and people look at a picture of the past. */
const LAG_WARNING_SECONDS = 10;
const LAG_BAD_SECONDS = 60;

export function judgeSource(source: Source): Verdict {
  if (!source.enabled) {
    return { tone: 'unknown', text: 'Switched off' };
  }
  if (source.silentSince !== null) {
    return { tone: 'bad', text: 'Silent for longer than it may be' };
  }
  if (source.truncation !== null) {
    return {
      tone: 'bad',
      text: `The sender leaves ${countOf(source.truncation.alerts, 'alert')} out. Set its maximum of alerts to 0.`,
    };
  }
  if (source.deadLetters > 0) {
    return { tone: 'warning', text: `${countOf(source.deadLetters, 'payload')} could not be read` };
  }
  if (source.lastReceivedAt === null) {
    return { tone: 'unknown', text: 'Nothing received yet' };
  }
  return { tone: 'good', text: 'Receiving' };
}

export function judgeSystem(status: SystemStatus): Verdict {
  const { correlator, replicas } = status;
  if (correlator.replica === null) {
    return { tone: 'bad', text: 'No replica correlates alerts at the moment. One takes over within seconds.' };
  }
  const lag = `${formatDuration(correlator.lagSeconds * 1_000)} behind, ${countOf(correlator.pendingAlerts, 'alert')} waiting`;
  if (correlator.lagSeconds >= LAG_BAD_SECONDS) {
    return { tone: 'bad', text: `Correlation is ${lag}` };
  }
  if (correlator.lagSeconds >= LAG_WARNING_SECONDS) {
    return { tone: 'warning', text: `Correlation is ${lag}` };
  }
  const dead = replicas.filter(({ alive }) => !alive).length;
  if (dead > 0) {
    return { tone: 'warning', text: `${dead} of ${replicas.length} replicas do not answer` };
  }
  return { tone: 'good', text: 'Correlation is up to date' };
}

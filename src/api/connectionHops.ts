/** Names the station on which the way to the service breaks, in the same shape as the service's own check. */
import type { ConnectionReport } from '#contract';
import type { ApiError } from './apiError.ts';
import { adviseOn, type FailedHop } from './errorAdvice.ts';
import type { Hop } from '../model/hops.ts';
import { hopsOf } from '../model/hops.ts';

const WAY: ReadonlyArray<{ readonly hop: FailedHop; readonly name: string; readonly good: string }> = [
  { hop: 'browser', name: 'Browser to Grafana', good: 'Grafana answers.' },
  { hop: 'grafana', name: 'App in Grafana', good: 'The app is enabled and has a service address.' },
  { hop: 'proxy', name: 'Grafana to the Muster service', good: 'The service answers Grafana.' },
  { hop: 'service', name: 'Trust between Grafana and the service', good: 'The service accepts this Grafana.' },
];

/** The stations up to the broken one; what lies behind it cannot be known. */
export function hopsUpTo(error: ApiError): readonly Hop[] {
  const { hop: broken, title, advice } = adviseOn(error);
  const brokenAt = WAY.findIndex(({ hop }) => hop === broken);
  return WAY.slice(0, brokenAt + 1).map(({ name, good }, index) =>
    index === brokenAt ? { name, ok: false, detail: `${title}.`, fix: advice } : { name, ok: true, detail: good, fix: null }
  );
}

/** All stations: the way to the service, and what the service itself says of trust and of what lies behind. */
export function allHops(report: ConnectionReport): readonly Hop[] {
  return [...WAY.filter(({ hop }) => hop !== 'service').map(({ name, good }) => ({ name, ok: true, detail: good, fix: null })), ...hopsOf(report)];
}

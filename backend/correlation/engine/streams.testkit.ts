/** Random streams of alerts as an engine meets them: outages that spread, background, ends, alerts that come again, deploys. All made up. */
import fc from 'fast-check';
import type { ChangeEvent } from '../../catalog/index.ts';
import type { AlertChange } from '../../ingest/index.ts';
import { alertAt, DEPENDANTS, evenly, MINUTE_MS, START_MS } from './engine.testkit.ts';

export interface Stream {
  readonly changes: readonly AlertChange[];
  readonly deploys: readonly ChangeEvent[];
}

/** Who suffers when a service fails. */
const SUFFERERS: Readonly<Record<string, readonly string[]>> = { 'orders-db': DEPENDANTS, 'ledger-db': ['ledger'], mail: ['mail'], search: ['search', 'chat'] };

const outage = fc.record({
  root: fc.constantFrom(...Object.keys(SUFFERERS)), minute: evenly(0, 35),
  /** Who was deployed a moment before: the cause, or somebody who suffers. */
  deployed: fc.option(fc.record({ before: evenly(0.5, 8), who: fc.nat({ max: 11 }), cause: fc.boolean() }), { freq: 2 }),
  alerts: fc.array(fc.record({
    after: evenly(0, 8), own: fc.integer({ min: 0, max: 9 }).map((n) => n < 3), who: fc.nat({ max: 11 }), accuses: fc.boolean(),
    rule: fc.constantFrom('HighErrorRate', 'HighLatency', 'PoolExhausted', 'SloBurn'), severity: fc.constantFrom('sev1' as const, 'sev2' as const, 'sev3' as const, 'sev3' as const),
    lasts: fc.option(evenly(1, 20), { freq: 2 }), again: fc.option(evenly(1, 12), { freq: 2 }),
  }), { minLength: 4, maxLength: 12, size: 'max' }),
});
const background = fc.record({
  minute: evenly(0, 55), service: fc.constantFrom('orders-db', 'mail', 'search', 'ledger', ...DEPENDANTS),
  rule: fc.constantFrom('BackupFailed', 'TrafficUp', 'HighLatency'), cluster: fc.constantFrom('prod-a', 'prod-b', null), severity: fc.constantFrom('sev3' as const, 'sev5' as const),
});

/** A stream of an hour or so. Without bias: small and extreme values make few incidents, and plain ones. */
export const anyStream: fc.Arbitrary<Stream> = fc.noBias(fc.record({
  outages: fc.array(outage, { minLength: 1, maxLength: 4, size: 'max' }), background: fc.array(background, { minLength: 4, maxLength: 16, size: 'max' }),
})).map(({ outages, background: noise }) => {
  const changes: AlertChange[] = noise.map(({ minute, ...fields }, index) => alertAt(minute, { ...fields, key: `noise-${index}` }));
  outages.forEach(({ root, minute, alerts }, number) => alerts.forEach(({ after, own, who, accuses, rule, severity, lasts, again }, index) => {
    const sufferers = SUFFERERS[root] ?? [];
    const service = own ? root : (sufferers[who % sufferers.length] ?? root);
    const fields = {
      service, rule, severity, key: `outage-${number}-${index}`, summary: accuses && service !== root ? `${service}: upstream ${root} unavailable` : `${rule} on ${service}`,
    };
    const first = alertAt(minute + after, fields);
    changes.push(first);
    if (lasts === null) return;
    const end = alertAt(minute + after + lasts, { ...fields, kind: 'resolved' });
    changes.push({ ...end, startsAt: first.startsAt, endsAt: end.recordedAt });
    if (again !== null) changes.push(alertAt(minute + after + lasts + again, fields));
  }));
  return {
    changes: changes.sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()),
    deploys: outages.flatMap(({ root, minute, deployed }, index): ChangeEvent[] => {
      if (deployed === null) return [];
      const sufferers = SUFFERERS[root] ?? [];
      const service = deployed.cause ? root : (sufferers[deployed.who % sufferers.length] ?? root);
      return [{
        id: `deploy-${index}`, kind: 'deploy', service, clusters: [], at: new Date(Math.round(START_MS + Math.max(0, minute - deployed.before) * MINUTE_MS)), title: `Deploy of ${service}`, author: null, link: null,
      }];
    }).sort((a, b) => a.at.getTime() - b.at.getTime()),
  };
});

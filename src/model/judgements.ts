/** What people say, looking back, of how alerts were put together: in words, and as the service takes it. */
import { incidentKey, type AlertId, type AlertSummary, type JudgedPart, type JudgementBody } from '#contract';
import { countOf } from './counts.ts';

export const VERDICTS = ['correct', 'should_merge', 'should_split'] as const;
export type Verdict = JudgementBody['verdict'];

export const VERDICT_LABELS: Readonly<Record<Verdict, string>> = {
  correct: 'Yes, it was one incident',
  should_merge: 'No, it belongs together with others',
  should_split: 'No, some of it did not belong here',
};

/** Where alerts of an incident belong in truth. */
export const BELONGINGS = ['here', 'other', 'background'] as const;
export type Belonging = (typeof BELONGINGS)[number];

export const BELONGING_LABELS: Readonly<Record<Belonging, string>> = { here: 'Here', other: 'Another cause', background: 'Just noise' };

/** A service's alerts of an incident. */
export interface ServiceAlerts {
  readonly service: string | null;
  readonly alerts: readonly AlertId[];
}

/** The present judgement as a sentence. */
export function sentenceOfJudgement(judgement: JudgementBody): string {
  switch (judgement.verdict) {
    case 'correct':
      return 'This was rightly one incident.';
    case 'should_merge':
      return `This belongs together with ${judgement.with.map(incidentKey).join(', ')}.`;
    case 'should_split':
      return `Some of it did not belong here: ${judgement.parts.map(nameOfPart).join('; ')}.`;
  }
}

function nameOfPart({ name, background, alerts }: JudgedPart): string {
  return `${name} (${countOf(alerts.length, 'alert')}, ${background ? 'just noise' : 'another cause'})`;
}

/** Alerts by the service that they name, the largest first; those that name none at the end. */
export function byService(alerts: readonly AlertSummary[]): ServiceAlerts[] {
  const services = new Map<string | null, AlertId[]>();
  for (const { service, id } of alerts) {
    const list = services.get(service);
    if (list === undefined) {
      services.set(service, [id]);
    } else {
      list.push(id);
    }
  }
  return [...services]
    .map(([service, ids]) => ({ service, alerts: ids }))
    .sort((a, b) => Number(a.service === null) - Number(b.service === null) || b.alerts.length - a.alerts.length);
}

const NAME_LENGTH = 100;

/** What did not belong, by service: all of another cause is one part, all noise another. Empty when everything belongs. */
export function partsOf(services: readonly ServiceAlerts[], belongs: ReadonlyMap<string | null, Belonging>): JudgedPart[] {
  return (['other', 'background'] as const).flatMap((belonging) => {
    const members = services.filter(({ service }) => belongs.get(service) === belonging);
    return members.length === 0
      ? []
      : [{
          name: members.map(({ service }) => service ?? 'no service').join(', ').slice(0, NAME_LENGTH),
          background: belonging === 'background',
          alerts: members.flatMap(({ alerts }) => alerts),
        }];
  });
}

/** Adds a part to what was said before; an alert is only in the newest part that has it. */
export function withPart(present: JudgementBody | null, part: JudgedPart): JudgedPart[] {
  const taken = new Set<AlertId>(part.alerts);
  const earlier = present?.verdict === 'should_split' ? present.parts : [];
  return [
    ...earlier.map((other) => ({ ...other, alerts: other.alerts.filter((id) => !taken.has(id)) })).filter(({ alerts }) => alerts.length > 0),
    part,
  ];
}

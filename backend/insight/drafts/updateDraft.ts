/**
 * What an update to an audience could say. Outside wording is made of business services, phase and times alone: nothing else of an incident
 * is handed to it, so that hosts, people, notes and causes cannot slip in. Pure.
 */
import { COMPONENT_STATES, OUTSIDE_KINDS, type Audience, type ComponentStatus, type DraftWording, type UpdateDraft, type UpdateLanguage, type UpdatePhase } from '#contract';
import { beganAt, digestOf } from './digest.ts';
import type { DraftFacts } from './facts.ts';
import { PHRASES } from './phrases.ts';
import { lineOf, listOf, namesOf, timeOf } from './words.ts';

/** For whom it is worded. Whoever is not known to be inside stands outside. */
export function wordingOf({ kind, statusPage }: Pick<Audience, 'kind' | 'statusPage'>): DraftWording {
  if (statusPage || OUTSIDE_KINDS.includes(kind) || kind === 'custom') return 'outside';
  return kind === 'executive' ? 'management' : 'inside';
}

/** What may be known to people outside. */
export interface OutsideFacts {
  readonly components: readonly ComponentStatus[];
  readonly phase: UpdatePhase;
  readonly beganAt: string;
  readonly endedAt: string | null;
  readonly language: UpdateLanguage;
  readonly timeZone: string;
}

/** Texts by what audiences ask for. */
type Texts = Readonly<Record<string, string>>;

/** What people outside notice. */
export function outsideTexts({ components, phase, beganAt: from, endedAt, language, timeZone }: OutsideFacts): Texts {
  const phrases = PHRASES[language];
  const time = (at: string): string => timeOf(at, language, timeZone);
  const worst = components.reduce<ComponentStatus['state']>((state, one) => (COMPONENT_STATES.indexOf(one.state) > COMPONENT_STATES.indexOf(state) ? one.state : state), 'operational');
  // Where nothing has a state, that something is wrong is all that can be said.
  const state = components.length === 0 ? (phase === 'resolved' ? 'operational' : 'degraded_performance') : worst;
  const names = components.length === 0 ? phrases.someService : listOf(components.map(({ name }) => name), language);
  const hurts = components.length === 0
    ? phrases.hurts[state](names)
    : COMPONENT_STATES.toReversed().flatMap((one) => {
      const hit = components.filter((component) => component.state === one).map(({ name }) => name);
      return hit.length === 0 ? [] : [phrases.hurts[one](listOf(hit, language))];
    }).join(' ');
  const isOver = phase === 'resolved' && endedAt !== null;
  return {
    title: phrases.title[state](names),
    summary: isOver ? `${phrases.progress.resolved} ${phrases.over(names, time(from), time(endedAt))}` : `${hurts} ${phrases.since(time(from))} ${phrases.progress[phase]}`,
    affected: names, action: phrases.measures[phase],
  };
}

function managementTexts(facts: DraftFacts, outside: OutsideFacts): Texts {
  const { incident: { title, impactDetails: { users, regions } } } = facts;
  const { language } = outside;
  const texts = outsideTexts(outside);
  const people = users === null ? [] : [PHRASES[language].users(users.toLocaleString(language))];
  return {
    ...texts, title, summary: `${title}. ${texts['summary'] ?? ''}`, impact: [`${texts['affected'] ?? ''}${regions.length === 0 ? '' : ` (${namesOf(regions)})`}.`, ...people].join(' '),
  };
}

const INSIDE_SUMMARY = ['since', 'impact', 'cause', 'changed'] as const;

function insideTexts(facts: DraftFacts): Texts {
  const { incident: { title } } = facts;
  const { parts } = digestOf(facts);
  const told = (keys: readonly string[]): string => keys.flatMap((key) => {
    const part = parts.find((one) => one.part === key);
    return part === undefined ? [] : [`**${part.label}:** ${part.lines.map((line) => lineOf(line)).join('; ')}`];
  }).join('\n\n');
  const tried = parts.find(({ part }) => part === 'tried')?.lines ?? [];
  const next = parts.find(({ part }) => part === 'next')?.lines ?? [];
  const affected = parts.find(({ part }) => part === 'impact')?.lines ?? [];
  return {
    title, summary: `${title}.\n\n${told(INSIDE_SUMMARY)}`, impact: affected.join('; '), affected: affected.join('; '),
    action: [...(tried.length === 0 ? [] : [`**Tried:** ${tried.join('; ')}`]), ...(next.length === 0 ? [] : [`**Next:** ${next.join('; ')}`])].join('\n\n'),
  };
}

/** Fields are cut where the contract would refuse them. */
const MOST_FIELD = 5000;
const MOST_SUBJECT = 300;

/** Writes it. */
export function draftFor(audience: Audience, facts: DraftFacts): UpdateDraft {
  const { incident, comms } = facts;
  const wording = wordingOf(audience);
  const language = wording === 'inside' ? 'en' : audience.language;
  const endedAt = incident.resolvedAt ?? incident.mitigatedAt;
  const outside: OutsideFacts = { components: comms.components, phase: comms.phase, beganAt: beganAt(facts), endedAt, language, timeZone: audience.timeZone };
  const texts = wording === 'outside' ? outsideTexts(outside) : wording === 'management' ? managementTexts(facts, outside) : insideTexts(facts);
  const keys = audience.fields.map(({ key }) => key);
  // An audience with names of its own for its fields gets the summary where it first asks for a text.
  const summaryKey = keys.includes('summary') ? 'summary' : (audience.fields.find(({ multiline }) => multiline)?.key ?? null);
  const fields = Object.fromEntries(audience.fields.flatMap(({ key, multiline }) => {
    const text = key === summaryKey ? texts['summary'] : texts[key];
    if (text === undefined || text === '') return [];
    return [[key, multiline ? text.slice(0, MOST_FIELD) : lineOf(text, MOST_SUBJECT)]];
  }));
  const asksNothing = Object.keys(fields).length === 0;
  return {
    audience: audience.id, by: 'template', whyNotModel: null, modelOffered: false, wording, language, phase: comms.phase, fields, ownSubject: asksNothing ? lineOf(texts['title'] ?? '', MOST_SUBJECT) : null, ownText: asksNothing ? (texts['summary'] ?? '') : null,
    components: audience.statusPage ? [...comms.components] : [], left: audience.fields.filter(({ key }) => !(key in fields)).map(({ label }) => label),
  };
}

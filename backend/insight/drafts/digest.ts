/** An incident in short, from what is known of it: the same facts give the same words. Pure. */
import type { Cause, DigestPart, IncidentDigest, RunState, SuspectedChange, Task } from '#contract';
import { percentOf } from '../../platform/percent.ts';
import type { DraftFacts } from './facts.ts';
import { countOf, lengthOf, lineOf, namesOf, timeOf } from './words.ts';

/** From this suspicion on a change is worth a line. */
const SUSPICIOUS = 0.3;
const MOST_CHANGES = 3;
const MOST_SUSPECTS = 3;
/** A suspect that is less likely than this says nothing to who reads a summary. */
const LEAST_CONFIDENCE = 0.01;
const MOST_RUNS = 5;
const MOST_NOTES = 3;
const MOST_TASKS = 4;

const LABELS: Readonly<Record<DigestPart['part'], string>> = {
  what: 'What', since: 'Since', impact: 'Impact', severity: 'Severity', lead: 'Who leads', cause: 'Probable cause', changed: 'What changed', tried: 'What was tried', next: 'Next',
};
const RUN_WORDS: Readonly<Record<RunState, string>> = {
  queued: 'waits its turn', running: 'runs', paused: 'is paused', undoing: 'is being taken back', succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled', timed_out: 'took too long', undone: 'was taken back', undo_failed: 'could not be taken back',
};

function utc(at: string): string {
  return timeOf(at, 'en', 'UTC');
}

function what({ incident: { key, title, state, description } }: DraftFacts): string[] {
  return [`${key} ${title} (${state.replaceAll('_', ' ')})`, ...(description === '' ? [] : [lineOf(description)])];
}

/** When trouble began, as far as somebody or something says so. */
export function beganAt({ incident, board }: Pick<DraftFacts, 'incident' | 'board'>): string {
  return incident.impactStartedAt ?? board.onsetAt ?? incident.firstAlertAt ?? incident.detectedAt;
}

function since(facts: DraftFacts): string[] {
  const { incident, now } = facts;
  const began = beganAt(facts);
  const ended = incident.mitigatedAt ?? incident.resolvedAt;
  const ms = (at: string): number => Date.parse(at);
  const lines = [ended === null || ms(ended) < ms(began) ? `${utc(began)}, for ${lengthOf(now.getTime() - ms(began))}` : `${utc(began)}; impact removed ${utc(ended)}, after ${lengthOf(ms(ended) - ms(began))}`];
  if (incident.regressions > 0) lines.push(`Came back ${countOf(incident.regressions, 'time')}`);
  return lines;
}

function impact({ incident: { impactDetails: { affected, atRisk, businessServices, regions, users }, services, alertsFiring, alertsTotal } }: DraftFacts): string[] {
  const hurt = affected.length > 0 ? affected : services;
  const hit = businessServices.filter(({ state }) => state === 'affected').map(({ name }) => name);
  const near = businessServices.filter(({ state }) => state === 'at-risk').map(({ name }) => name);
  return [
    ...(hit.length === 0 ? [] : [`Business services affected: ${namesOf(hit)}`]),
    ...(near.length === 0 ? [] : [`Business services at risk: ${namesOf(near)}`]),
    ...(hurt.length === 0 ? [] : [`Services affected: ${namesOf(hurt)}`]),
    ...(atRisk.length === 0 ? [] : [`Services at risk: ${namesOf(atRisk)}`]),
    ...(regions.length === 0 ? [] : [`Regions: ${namesOf(regions)}`]),
    ...(users === null ? [] : [`${users.toLocaleString('en')} users at most`]),
    ...(alertsTotal === 0 ? [] : [`${alertsFiring.toLocaleString('en')} of ${countOf(alertsTotal, 'alert')} fire`]),
  ];
}

function severity({ incident: { severity: rank, severityOrigin, severityInputs } }: DraftFacts): string[] {
  const why = severityOrigin === 'manual' ? 'set by a person' : severityInputs === null ? null : (severityInputs.boundReason ?? `${severityInputs.impactReason}; ${severityInputs.urgencyReason}`);
  return [`${rank.toUpperCase()}${why === null ? '' : `: ${why}`}`];
}

function causeLine(cause: Cause): string {
  const evidence = [...cause.evidence].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 2).map(({ text }) => text);
  if (cause.verdict === 'confirmed') return `${cause.text}: confirmed${cause.judgedBy === null ? '' : ` by ${cause.judgedBy.name}`}${cause.note === '' ? '' : ` (${lineOf(cause.note, 150)})`}`;
  const sure = cause.confidence === null ? 'a guess' : percentOf(cause.confidence);
  return `${cause.text}: ${sure}${evidence.length === 0 ? '' : ` (${evidence.map((text) => lineOf(text, 120)).join('; ')})`}`;
}

function cause({ board }: DraftFacts): string[] {
  const refuted = board.items.filter(({ verdict }) => verdict === 'refuted');
  const standing = board.items.filter(({ verdict }) => verdict !== 'refuted');
  const confirmed = standing.filter(({ verdict }) => verdict === 'confirmed');
  const likely = standing.filter(({ confidence }) => confidence === null || confidence >= LEAST_CONFIDENCE);
  const shown = confirmed.length > 0 ? confirmed : likely;
  return [
    ...(shown.length === 0 ? ['Not known yet'] : shown.slice(0, MOST_SUSPECTS).map(causeLine)),
    ...(refuted.length === 0 ? [] : [`Ruled out: ${namesOf(refuted.map(({ text }) => text))}`]),
  ];
}

function changeLine({ change, suspicion, reasons }: SuspectedChange): string {
  return `${utc(change.at)}: ${change.title}${change.service === null ? '' : ` (${change.service})`}${change.author === null ? '' : ` by ${change.author}`}; suspicion ${percentOf(suspicion)}${reasons[0] === undefined ? '' : `: ${lineOf(reasons[0].text, 120)}`}`;
}

function changed({ changes }: DraftFacts): string[] {
  const suspects = changes.changes.filter(({ suspicion }) => suspicion >= SUSPICIOUS).slice(0, MOST_CHANGES);
  return suspects.length === 0 ? ['Nothing suspicious is known'] : suspects.map(changeLine);
}

function tried({ runs, notes }: DraftFacts): string[] {
  return [
    ...runs.slice(0, MOST_RUNS).map(({ title, state, error, waitsFor }) => `Runbook “${title}” ${RUN_WORDS[state]}${state === 'running' && waitsFor !== null ? ` and waits for ${waitsFor}` : ''}${error === null ? '' : `: ${lineOf(error, 150)}`}`),
    ...notes.slice(0, MOST_NOTES).map(({ at, actor, text }) => `${utc(at)} ${actor.name}: ${lineOf(text, 200)}`),
  ];
}

function ownerOf({ owner }: Task): string {
  if (owner === null) return 'nobody’s yet';
  switch (owner.kind) {
    case 'user':
      return owner.user.name;
    case 'team':
      return owner.team;
    case 'role':
      return owner.holder?.name ?? owner.role;
  }
}

function next({ tasks, comms, incident: { availableCommands } }: DraftFacts): string[] {
  const due = comms.due.find(({ paused }) => paused === null);
  return [
    ...tasks.slice(0, MOST_TASKS).map((task) => `${task.title} (${ownerOf(task)}${task.overdue ? ', overdue' : ''})`),
    ...(tasks.length > MOST_TASKS ? [`and ${countOf(tasks.length - MOST_TASKS, 'task')} more`] : []),
    ...(due === undefined ? [] : [`Update to ${due.audienceName} ${due.state === 'overdue' ? 'was due' : 'due'} ${utc(due.dueAt)}`]),
    ...(tasks.length === 0 && due === undefined && availableCommands.length > 0 ? ['Nothing is planned'] : []),
  ];
}

/** Makes it. Parts of which nothing is known are left out. */
export function digestOf(facts: DraftFacts): IncidentDigest {
  const lead = facts.incident.commander;
  const lines: Readonly<Record<DigestPart['part'], readonly string[]>> = {
    what: what(facts), since: since(facts), impact: impact(facts), severity: severity(facts), lead: [lead === null ? 'Nobody yet' : lead.name], cause: cause(facts), changed: changed(facts), tried: tried(facts), next: next(facts),
  };
  const parts = (['what', 'since', 'impact', 'severity', 'lead', 'cause', 'changed', 'tried', 'next'] as const)
    .map((part): DigestPart => ({ part, label: LABELS[part], lines: [...lines[part]] })).filter((part) => part.lines.length > 0);
  const text = parts.map((part) => (part.lines.length === 1 ? `${part.label}: ${part.lines[0] ?? ''}` : `${part.label}:\n${part.lines.map((line) => `- ${line}`).join('\n')}`)).join('\n');
  return { parts, text, at: facts.now.toISOString() };
}

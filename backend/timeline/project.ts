/** Events of the log as lines that a person reads. Pure. */
import type { LiveEvent, TaskRef, TimelineEntry } from '#contract';
import { percentOf } from '../platform/percent.ts';
import { commsSentence } from './commsSentences.ts';
import { detectionSentence, isDetectionEvent } from './detectionSentences.ts';
import { isNotificationEvent, notificationSentence } from './notificationSentences.ts';
import { isOnCallEvent, onCallSentence } from './onCallSentences.ts';
import { isRunbookEvent, runbookSentence } from './runbookSentences.ts';
import { settingsSentence } from './settingsSentences.ts';
import { number, plural, severityText, text, withReason } from './words.ts';

/** Alert events of one kind closer together than this become one line. */
export const FOLD_WITHIN_MS = 60_000;

function undoneWord(kind: string): string {
  return kind === 'merge' ? 'Merge' : kind === 'split' ? 'Split' : 'Move';
}

function labelsOf(data: Readonly<Record<string, unknown>>): string {
  const labels = data['labels'];
  return Array.isArray(labels) && labels.length > 0 ? labels.join(', ') : `type ${text(data, 'type')}`;
}

/** Who may see it now, and who no longer. */
function membersText(data: Readonly<Record<string, unknown>>): string {
  const said = ([['added', 'see'], ['removed', 'no longer see']] as const).flatMap(([key, verb]) => {
    const names = data[key];
    if (!Array.isArray(names) || names.length === 0) return [];
    return [`${names.join(', ')} ${names.length === 1 ? verb.replace(/see$/, 'sees') : verb} it`];
  });
  return said.length === 0 ? 'Members confirmed' : said.join('; ');
}

function texts(data: Readonly<Record<string, unknown>>, key: string): string[] {
  const list = data[key];
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

function titles(data: Readonly<Record<string, unknown>>): string {
  const named = texts(data, 'titles');
  return named.length === 0 ? '' : `: ${named.join('; ')}`;
}

/** What became of a task, in one sentence. */
function taskChange(data: Readonly<Record<string, unknown>>): string {
  const quoted = (key: string): string => texts(data, key).map((item) => `“${item}”`).join(', ');
  const said = [
    ...(data['started'] === true ? ['started'] : []), ...(data['laidDown'] === true ? ['laid down'] : []),
    ...(texts(data, 'ticked').length === 0 ? [] : [`ticked ${quoted('ticked')}`]), ...(texts(data, 'unticked').length === 0 ? [] : [`unticked ${quoted('unticked')}`]),
    ...(texts(data, 'fields').length === 0 ? [] : [`changed: ${texts(data, 'fields').join(', ')}`]),
  ];
  return `Task “${text(data, 'title')}” ${said.length === 0 ? 'looked over' : said.join('; ')}`;
}

const CAUSE_VERDICTS: Readonly<Record<string, string>> = { confirmed: 'Cause confirmed', refuted: 'Cause refuted', open: 'Cause open again' };
const CHANGE_WORDS: Readonly<Record<string, string>> = {
  deploy: 'Deploy', config: 'Configuration change', schema: 'Schema change', scaling: 'Scaling', flag: 'Flag change', infrastructure: 'Infrastructure change',
};

/** One event in one sentence. While diagnosis is in shadow, a cause that it named before stays as it was told, and is marked: it no longer stands for it. */
export function sentenceOf(event: LiveEvent, isDiagnosisShadow = false): string {
  const { data } = event;
  switch (event.type) {
    case 'incident.status_updated':
    case 'incident.update_drafted':
    case 'incident.update_edited':
    case 'incident.update_approved':
    case 'incident.update_discarded':
    case 'incident.update_due':
    case 'incident.update_overdue':
    case 'incident.updates_paused':
    case 'incident.updates_resumed':
      return commsSentence(event.type, data);
    case 'incident.opened':
      return withReason(`Opened as a candidate with ${plural(number(data, 'alerts'), 'alert')}`, data);
    case 'incident.declared':
      return withReason(`Declared as ${severityText(data, 'severity')}`, data);
    case 'incident.promoted':
      return withReason('Promoted to an incident', data);
    case 'incident.rejected':
      return withReason('Rejected', data);
    case 'incident.acknowledged':
      return withReason('Acknowledged; investigation begins', data);
    case 'incident.identified':
      return withReason('Cause identified', data);
    case 'incident.mitigation_started':
      return withReason('Mitigation started', data);
    case 'incident.mitigated':
      return withReason('Mitigated; watching whether it stays so', data);
    case 'incident.quiet':
      return withReason('Watching', data);
    case 'incident.resolved':
      return withReason('Resolved', data);
    case 'incident.review_started':
      return withReason('Review started', data);
    case 'incident.closed':
      return withReason('Closed', data);
    case 'incident.reopened':
      return withReason('Reopened', data);
    case 'incident.cancelled':
      return withReason('Cancelled', data);
    case 'incident.merged':
      return withReason(`Merged into INC-${text(data, 'into')} with ${plural(number(data, 'alerts'), 'alert')}`, data);
    case 'incident.absorbed':
      return withReason(`Took in INC-${text(data, 'other')} (${text(data, 'title')}) with ${plural(number(data, 'alerts'), 'alert')}`, data);
    case 'incident.severity_changed':
      return withReason(`Severity changed from ${severityText(data, 'from')} to ${severityText(data, 'to')}`, data);
    case 'incident.commander_assigned':
      return text(data, 'to') === '' ? 'Commander removed' : `${text(data, 'name') || text(data, 'to')} leads`;
    case 'incident.edited':
      return `Edited: ${['title', 'description', 'impactStartedAt'].filter((key) => key in data).map((key) => (key === 'impactStartedAt' ? 'start of impact' : key)).join(', ')}`;
    case 'incident.note_added':
    case 'incident.note_revised':
      return text(data, 'text');
    case 'incident.alerts_joined':
      return `${plural(number(data, 'alerts'), 'alert')} joined; ${number(data, 'firing')} of ${number(data, 'total')} fire`;
    case 'incident.alerts_resolved':
      return `${plural(number(data, 'alerts'), 'alert')} resolved; ${number(data, 'firing')} of ${number(data, 'total')} fire`;
    case 'incident.judged':
      return text(data, 'verdict') === '' ? 'Judgement of the grouping taken back' : `Grouping judged: ${text(data, 'verdict').replace('_', ' ')}`;
    case 'incident.hypothesis_added':
      return `Hypothesis: ${text(data, 'text')}${text(data, 'service') === '' ? '' : ` (${text(data, 'service')})`}`;
    case 'incident.cause_judged':
      return withReason(`${CAUSE_VERDICTS[text(data, 'verdict')] ?? 'Judged'}: ${text(data, 'text')}`, data);
    case 'incident.recommendation_judged':
      return withReason(`${text(data, 'verdict') === 'open' ? 'Suggested again' : 'Suggested runbook rejected'}: ${text(data, 'title')}`, data);
    case 'incident.split':
      return withReason(`${plural(number(data, 'alerts'), 'alert')} split off into INC-${text(data, 'into')}`, data);
    case 'incident.split_off':
      return withReason(`Split off from INC-${text(data, 'from')} with ${plural(number(data, 'alerts'), 'alert')}`, data);
    case 'incident.alerts_moved_out':
      return withReason(`${plural(number(data, 'alerts'), 'alert')} moved ${text(data, 'into') === '' ? 'out' : `to INC-${text(data, 'into')}`}`, data);
    case 'incident.alerts_moved_in':
      return withReason(`${plural(number(data, 'alerts'), 'alert')} moved here from INC-${text(data, 'from')}`, data);
    case 'incident.regrouping_undone':
      return withReason(`${undoneWord(text(data, 'kind'))} undone; ${plural(number(data, 'alerts'), 'alert')} went back to INC-${text(data, 'from')}`, data);
    case 'incident.assessed':
      if (text(data, 'root') !== '') return `Probable cause: ${text(data, 'root')} (${percentOf(number(data, 'rootScore'))})${isDiagnosisShadow ? '; diagnosis went to shadow since' : ''}`;
      return `Assessed: ${percentOf(number(data, 'confidence'))} sure that it is one cause${data['shadow'] === true ? '; diagnosis is in shadow and names none' : ''}`;
    case 'incident.made_private':
      return withReason(`Made private; seen by ${plural(number(data, 'members'), 'member')} alone`, data);
    case 'incident.made_open':
      return withReason('Made open; everybody may see it', data);
    case 'incident.members_changed':
      return withReason(membersText(data), data);
    case 'incident.entered':
      return withReason('Became a member in an emergency, unasked', data);
    case 'incident.gone':
      return 'Hidden from you';
    case 'incident.reconsidered':
      return withReason('Shown as a candidate after all', data);
    case 'incident.fields_changed':
      return `Fields set: ${labelsOf(data)}`;
    case 'incident.task_added':
      return `Task added${text(data, 'owner') === '' ? '' : ` for ${text(data, 'owner')}`}: ${text(data, 'title')}`;
    case 'incident.task_changed':
      return taskChange(data);
    case 'incident.task_done':
      return withReason(`Task done: ${text(data, 'title')}`, data);
    case 'incident.task_cancelled':
      return withReason(`Task cancelled: ${text(data, 'title')}`, data);
    case 'incident.task_reopened':
      return withReason(`Task reopened: ${text(data, 'title')}`, data);
    case 'incident.task_overdue':
      return `Task overdue: ${text(data, 'title')}`;
    case 'incident.tasks_handed_over':
      return `${plural(number(data, 'tasks'), 'task')} of the ${text(data, 'role')} ${text(data, 'to') === '' ? 'left without an owner' : `handed over to ${text(data, 'name') || text(data, 'to')}`}${titles(data)}`;
    case 'change.recorded':
      return `${CHANGE_WORDS[text(data, 'kind')] ?? 'Change'}${text(data, 'service') === '' ? '' : ` of ${text(data, 'service')}`}: ${text(data, 'title')}`;
    case 'change.closed':
      return `Change ${text(data, 'id')} is over${text(data, 'service') === '' ? '' : ` (${text(data, 'service')})`}: ${text(data, 'title')}`;
    default:
      if (isNotificationEvent(event.type)) return notificationSentence(event.type, data);
      if (isDetectionEvent(event.type)) return detectionSentence(event.type, data);
      if (isOnCallEvent(event.type)) return onCallSentence(event.type, data);
      return isRunbookEvent(event.type) ? runbookSentence(event.type, data) : settingsSentence(event.type, data);
  }
}

function toEntry(event: LiveEvent, isDiagnosisShadow: boolean): TimelineEntry {
  return {
    position: event.position, type: event.type, at: (event.type === 'change.recorded' && text(event.data, 'at')) || event.at, recordedAt: event.at, actor: event.actor,
    text: sentenceOf(event, isDiagnosisShadow), data: event.data, revisions: [], tasks: [], version: 1,
  };
}

function folds(a: LiveEvent, b: LiveEvent): boolean {
  return a.type === b.type
    && (a.type === 'incident.alerts_joined' || a.type === 'incident.alerts_resolved')
    && Math.abs(Date.parse(a.at) - Date.parse(b.at)) <= FOLD_WITHIN_MS;
}

/** How much surer a new assessment of the same cause must be to be worth a line of its own. */
const SURER_BY = 0.1;

/** Whether an assessment says what an earlier one said: the same cause, about as surely. */
function saysAgain(earlier: LiveEvent, later: LiveEvent): boolean {
  return text(earlier.data, 'root') === text(later.data, 'root') && text(earlier.data, 'change') === text(later.data, 'change')
    && Math.abs(number(earlier.data, 'rootScore') - number(later.data, 'rootScore')) < SURER_BY && Math.abs(number(earlier.data, 'confidence') - number(later.data, 'confidence')) < SURER_BY;
}

/** Assessments that only say an earlier one of the page again, each with the position of that one. */
function repeatedAssessments(events: readonly LiveEvent[]): Map<string, string> {
  const repeated = new Map<string, string>();
  let last: LiveEvent | null = null;
  for (const event of events.filter(({ type }) => type === 'incident.assessed').sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1))) {
    if (last !== null && saysAgain(last, event)) repeated.set(event.position, last.position);
    else last = event;
  }
  return repeated;
}

/**
 * Lines for a page of events, in the same order. An assessment that says the same cause again as surely
 * is left out (tasks made of it go to the first that said so). Runs of joining or resolving alerts become one
 * line (with the counts of the newest and the sum of what changed); revised notes show their
 * newest wording and keep the earlier ones. `revisions` are the revision events of the page's notes,
 * `tasks` those that were made of its events, by position.
 */
export function projectTimeline(events: readonly LiveEvent[], revisions: readonly LiveEvent[], tasks: ReadonlyMap<string, readonly TaskRef[]> = new Map(), isDiagnosisShadow = false): TimelineEntry[] {
  const byNote = new Map<string, LiveEvent[]>();
  for (const revision of revisions) {
    const note = text(revision.data, 'note');
    byNote.set(note, [...(byNote.get(note) ?? []), revision]);
  }
  const repeated = repeatedAssessments(events);
  const tasksOf = (position: string): TaskRef[] => [position, ...[...repeated].flatMap(([again, first]) => (first === position ? [again] : []))].flatMap((one) => [...(tasks.get(one) ?? [])]);
  const entries: TimelineEntry[] = [];
  let run: LiveEvent[] = [];
  const flush = (): void => {
    const first = run[0];
    if (first === undefined) return;
    const newest = run.reduce((a, b) => (BigInt(a.position) >= BigInt(b.position) ? a : b));
    const alerts = run.reduce((sum, event) => sum + number(event.data, 'alerts'), 0);
    entries.push({ ...toEntry({ ...newest, position: first.position, data: { ...newest.data, alerts } }, isDiagnosisShadow), tasks: run.flatMap((event) => tasksOf(event.position)) });
    run = [];
  };
  for (const event of events.filter(({ position }) => !repeated.has(position))) {
    const last = run.at(-1);
    if (last !== undefined && folds(last, event)) {
      run.push(event);
      continue;
    }
    flush();
    if (event.type === 'incident.note_added') {
      const wordings = [event, ...(byNote.get(event.position) ?? []).sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1))];
      const newest = wordings.at(-1) ?? event;
      entries.push({
        ...toEntry(event, isDiagnosisShadow), text: text(newest.data, 'text'), tasks: [...(tasks.get(event.position) ?? [])],
        revisions: wordings.slice(0, -1).map((wording) => ({ at: wording.at, actor: wording.actor, text: text(wording.data, 'text') })),
        version: wordings.length,
      });
    } else {
      run = [event];
    }
  }
  flush();
  return entries;
}

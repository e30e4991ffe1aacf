/** Names that fit where the caret stands in the text of a runbook. */
import { EVENT_FIELDS, isWithoutIncident, STEP_KIND_SPECS, triggerEvent, TRIGGER_EVENTS } from '#contract';
import { ALL_KINDS, isLeafKind } from './runbookOutline.ts';

export interface Names {
  readonly inputs: readonly string[];
  readonly steps: readonly string[];
  readonly secrets: readonly string[];
  readonly runbooks: readonly string[];
  /** Names of agents, and labels that they carry as `label=value`. */
  readonly agents: readonly string[];
}

export interface Completion {
  /** Where the word begins that is completed. */
  readonly from: number;
  readonly options: readonly string[];
}

const SCOPES = ['inputs.', 'steps.', 'secrets.', 'incident.'];
const INCIDENT = ['number', 'key', 'title', 'state', 'severity', 'services', 'primaryService', 'commander'];

/** What may stand at the caret; null when nothing is known. */
export function completionAt(source: string, caret: number, names: Names): Completion | null {
  const lineStart = source.lastIndexOf('\n', caret - 1) + 1;
  const before = source.slice(lineStart, caret);
  const offer = (word: string, options: readonly string[]): Completion | null => {
    const fitting = options.filter((option) => option.startsWith(word) && option !== word);
    return fitting.length === 0 ? null : { from: caret - word.length, options: fitting };
  };
  const scoped = /\b(inputs|steps|secrets|incident)\.(\w*)$/.exec(before);
  if (scoped !== null) {
    const [, scope, word = ''] = scoped;
    switch (scope) {
      case 'inputs':
        return offer(word, names.inputs);
      case 'steps':
        return offer(word, names.steps);
      case 'secrets':
        return offer(word, names.secrets);
      default:
        return offer(word, INCIDENT);
    }
  }
  const output = /\bsteps\.\w+\.(\w*)$/.exec(before);
  if (output !== null) return offer(output[1] ?? '', ['output', 'state', 'error']);
  const data = /\bevent\.data\.(\w*)$/.exec(before);
  if (data !== null) return offer(data[1] ?? '', fieldsOfEvent(source.slice(0, caret)));
  const event = /^(?:\s*-\s+\{?|.*[{,]\s*|\s+)on:\s*(\w*)$/.exec(before);
  if (event !== null) return offer(event[1] ?? '', TRIGGER_EVENTS);
  const kind = /^\s*(?:-\s+)?kind:\s*(\w*)$/.exec(before);
  if (kind !== null) return offer(kind[1] ?? '', before.startsWith('kind') ? ['Runbook'] : ALL_KINDS);
  const runbook = /^\s*runbook:\s*([a-z0-9-]*)$/.exec(before);
  if (runbook !== null) return offer(runbook[1] ?? '', names.runbooks);
  const agent = /\bagent:\s*["']?([a-z0-9][\w=.-]*)?$/.exec(before);
  if (agent !== null) return offer(agent[1] ?? '', names.agents);
  const filled = /\{\{\s*(\w*)$/.exec(before);
  if (filled !== null) return offer(filled[1] ?? '', SCOPES);
  const key = /^(\s+)(\w*)$/.exec(before);
  return key === null ? null : offer(key[2] ?? '', keysOf(source.slice(0, lineStart), (key[1] ?? '').length));
}

/** What is known of the event of the last trigger above; of all that have something when it is not told yet. */
function fieldsOfEvent(above: string): readonly string[] {
  const on = triggerEvent.safeParse([...above.matchAll(/\bon:\s*(\w+)/g)].at(-1)?.[1]).data;
  if (on !== undefined) return isWithoutIncident(on) ? EVENT_FIELDS[on] : [];
  return [...new Set(Object.values(EVENT_FIELDS).flat())];
}

/** What the `with` takes that a line of this indent stands in. */
function keysOf(above: string, indent: number): readonly string[] {
  let inWith = false;
  for (const line of above.split('\n').reverse()) {
    const found = /^(\s*(?:-\s+)?)(\w+):\s*(\S*)/.exec(line);
    if (found === null) continue;
    const [, lead = '', name, value = ''] = found;
    if (lead.length >= indent) continue;
    if (!inWith && name !== 'with') return [];
    inWith = true;
    if (name === 'kind') return isLeafKind(value) ? Object.keys(STEP_KIND_SPECS[value].with.shape).map((key) => `${key}: `) : [];
    if (/^\s*-/.test(line)) return [];
  }
  return [];
}

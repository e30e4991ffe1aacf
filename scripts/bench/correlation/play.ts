/** Plays a storm through the engine alone and gathers what it decided, as `muster replay` writes it. */
import { createEngine, type EngineParameters } from '../../../backend/correlation/engine/index.ts';
import type { Decision, GroupAssessment } from '../../../backend/correlation/index.ts';
import { SEVERITIES, type Severity } from '../../../backend/contract/index.ts';
import { episodeKey, type Storm } from './storm.ts';

export interface Outcome {
  readonly predictions: Readonly<Record<string, string | null>>;
  readonly roots: Readonly<Record<string, readonly string[]>>;
  readonly declared: Readonly<Record<string, string>>;
  readonly eventsPerSecond: number;
}

interface Incident {
  severity: Severity;
  declaredMs: number | null;
  assessment: GroupAssessment | null;
}

/** The shipped policy in short: an incident with a sev1 alert is declared, others wait for people. */
function isDeclared(severity: Severity): boolean {
  return SEVERITIES.indexOf(severity) === 0;
}

/** Plays it in the order of arrival; nothing of what comes later is known before. */
export function play(storm: Storm, parameters: EngineParameters): Outcome {
  const engine = createEngine({ topology: storm.topology, parameters });
  const window = engine.empty();
  const groupOf = new Map<string, string>();
  const mergedInto = new Map<string, string>();
  const incidents = new Map<string, Incident>();
  let nowMs = 0;

  function current(id: string): string {
    let last = id;
    for (let next = mergedInto.get(last); next !== undefined; next = mergedInto.get(last)) last = next;
    return last;
  }

  function see(id: string, severity: Severity): void {
    const incident = incidents.get(current(id)) ?? { severity, declaredMs: null, assessment: null };
    incidents.set(current(id), incident);
    incident.severity = severity;
    if (incident.declaredMs === null && isDeclared(severity)) incident.declaredMs = nowMs;
  }

  function take(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      switch (decision.kind) {
        case 'open':
          for (const alert of [...decision.alerts, ...decision.moved]) groupOf.set(episodeKey(alert), decision.group);
          see(decision.group, decision.severity);
          break;
        case 'join':
        case 'move':
          groupOf.set(episodeKey(decision.alert), decision.group);
          see(decision.group, decision.severity);
          break;
        case 'merge': {
          const into = incidents.get(current(decision.group));
          const from = incidents.get(current(decision.absorbed));
          if (into !== undefined && from?.declaredMs != null) into.declaredMs = Math.min(into.declaredMs ?? Infinity, from.declaredMs);
          mergedInto.set(current(decision.absorbed), current(decision.group));
          break;
        }
        case 'assess': {
          const incident = incidents.get(current(decision.group));
          if (incident !== undefined) incident.assessment = decision.assessment;
          break;
        }
        case 'hold':
          break;
      }
      if (decision.kind === 'open') {
        const incident = incidents.get(current(decision.group));
        if (incident !== undefined) incident.assessment = decision.assessment;
      }
    }
  }

  const startedAt = performance.now();
  for (const event of storm.events) {
    nowMs = event.atMs;
    if (event.kind === 'change') engine.noteChange(window, event.change);
    else take(engine.decide(window, event.change));
  }
  take(engine.pass(window, new Date(storm.endMs + 3_600_000)));
  const seconds = (performance.now() - startedAt) / 1000;

  const used = new Set<string>();
  const predictions: Record<string, string | null> = {};
  for (const [key, name] of storm.keys) {
    const id = groupOf.get(key);
    predictions[name] = id === undefined ? null : current(id);
    if (id !== undefined) used.add(current(id));
  }
  const roots: Record<string, readonly string[]> = {};
  const declared: Record<string, string> = {};
  for (const [id, incident] of incidents) {
    if (!used.has(id)) continue;
    roots[id] = (incident.assessment?.roots ?? []).map((root) => root.service);
    if (incident.declaredMs !== null) declared[id] = new Date(incident.declaredMs).toISOString();
  }
  return { predictions, roots, declared, eventsPerSecond: Math.round(storm.events.length / seconds) };
}

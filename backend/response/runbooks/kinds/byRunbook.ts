/** As whom steps change Muster itself. */
import type { Actor } from '#contract';
import { ALL_SEEING } from '../../../access/index.ts';
import type { Command } from '../../../incidents/index.ts';
import type { StepCall } from './kind.ts';

/** The run, by the name of its runbook. */
export function actorOf(call: StepCall): Actor {
  return { kind: 'system', key: `run:${call.runId}`, name: call.title };
}

/** A command of the run. It reaches the incident that it runs for, private or not. */
export function commandBy(call: StepCall): Command {
  return { orgId: call.orgId, actor: actorOf(call), userKey: null, viewer: ALL_SEEING, ifMatch: null };
}

/** What a step says that needs an incident and has none. */
export const NO_INCIDENT = 'the run is not for an incident; start it from one';

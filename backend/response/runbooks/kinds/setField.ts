/** Step kind `setField`: the severity, the state or a custom field of the incident. */
import { incidentKey, severity as severityShape, type FieldValue, type IncidentState, type LifecycleCommand } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { commandBy, NO_INCIDENT } from './byRunbook.ts';
import type { Applied, KindHandler, StepCall } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

const STATE_COMMANDS = new Map<string, { readonly command: LifecycleCommand; readonly to: IncidentState }>([
  ['acknowledge', { command: 'acknowledge', to: 'investigating' }], ['identify', { command: 'identify', to: 'identified' }],
  ['start-mitigation', { command: 'start-mitigation', to: 'mitigating' }], ['mitigate', { command: 'mitigate', to: 'monitoring' }],
  ['resolve', { command: 'resolve', to: 'resolved' }],
]);

/** A template gives text, also for a field that is a number or yes and no: what else the text may mean. */
function readings(value: FieldValue): FieldValue[] {
  if (typeof value !== 'string') return [value];
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return [value, ...(Number.isFinite(number) ? [number] : []), ...(value === 'true' ? [true] : value === 'false' ? [false] : [])];
}

/** The kind, over the incidents. */
export function createSetFieldKind({ incidents }: Pick<EffectPorts, 'incidents'>): KindHandler<'setField'> {
  async function setState(tx: Transaction, call: StepCall<'setField'>, number: number): Promise<Applied> {
    const way = STATE_COMMANDS.get(String(call.with.value));
    if (way === undefined) return { result: failed(`"${String(call.with.value)}" is none of ${[...STATE_COMMANDS.keys()].join(', ')}`) };
    try {
      const events = await incidents.run(tx, commandBy(call), call.now, number, way.command, call.with.reason);
      return { result: { kind: 'done', output: { field: 'state', value: way.to }, text: `${incidentKey(number)} is ${way.to}` }, events };
    } catch (error) {
      // Somebody was quicker, which is just as well.
      if (error instanceof AppError && error.code === 'conflict' && error.extra?.['state'] === way.to) {
        return { result: { kind: 'done', output: { field: 'state', value: way.to }, text: `${incidentKey(number)} was ${way.to} already` } };
      }
      throw error;
    }
  }

  async function setCustom(tx: Transaction, call: StepCall<'setField'>, number: number): Promise<Applied> {
    const { field, value } = call.with;
    let fault: unknown;
    for (const reading of readings(value)) {
      try {
        const events: readonly NewEvent[] = await incidents.setFields(tx, commandBy(call), call.now, number, { fields: { [field]: reading } });
        return { result: { kind: 'done', output: { field, value: reading }, text: `${field} set` }, events };
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
        fault ??= error;
      }
    }
    return { result: failureOf(fault) };
  }

  return {
    kind: 'setField', effect: 'own',
    describe: ({ field, value }) => (field === 'state' ? `Carries out “${String(value)}” on the incident` : `Sets ${field} of the incident to ${String(value)}`),
    requests: () => [],
    example: ({ field, value }) => ({ field, value }),
    async apply(tx, call) {
      const { incident: number } = call;
      if (number === null) return { result: failed(NO_INCIDENT) };
      try {
        if (call.with.field === 'state') return await setState(tx, call, number);
        if (call.with.field !== 'severity') return await setCustom(tx, call, number);
        const severity = severityShape.safeParse(String(call.with.value).toLowerCase());
        if (!severity.success) return { result: failed(`"${String(call.with.value)}" is no severity; sev1 is the worst, sev5 the least`) };
        const events = await incidents.changeSeverity(tx, commandBy(call), call.now, number, severity.data, call.with.reason);
        return { result: { kind: 'done', output: { field: 'severity', value: severity.data }, text: `severity is ${severity.data.toUpperCase()}` }, events };
      } catch (error) {
        return { result: failureOf(error) };
      }
    },
  };
}

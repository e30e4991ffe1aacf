/** When a drill starts by itself. Pure. */
import type { DrillBody } from '#contract';
import { compileSchedule, ScheduleError } from '../../../noise/index.ts';
import { inputError } from '../../../platform/errors.ts';

/** The next start after an instant; null for a drill that is started by hand, and after the last. Refuses a schedule that cannot be used, naming the field. */
export function nextStart({ schedule, maxMinutes }: Pick<DrillBody, 'schedule' | 'maxMinutes'>, afterMs: number): Date | null {
  if (schedule === null) return null;
  try {
    const compiled = compileSchedule({ kind: 'recurring', ...schedule, minutes: maxMinutes });
    const next = compiled.from(afterMs, 2).find(({ startMs }) => startMs > afterMs);
    return next === undefined ? null : new Date(next.startMs);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw inputError(`${error.fault.field}: ${error.fault.message}`, [{ field: `body.${error.fault.field}`, message: error.fault.message }]);
  }
}

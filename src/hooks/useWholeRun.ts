import { useMemo } from 'react';
import { useCan } from '../api/useMe.ts';
import { useRunbookVersion } from '../api/useRunbooks.ts';
import { useRun } from '../api/useRuns.ts';
import { withPlan } from '../model/runPlan.ts';
import { parse } from '../model/runbookText.ts';

/** One run with its steps, also those ahead, as the version of the runbook that it keeps has them. */
export function useWholeRun(id: string) {
  const can = useCan();
  const { data: run, error, refetch } = useRun(id);
  const { data: text } = useRunbookVersion(run?.runbook ?? '', run !== undefined && can('getRunbookVersion') ? run.runbookVersion : null);
  const document = useMemo(() => (text === undefined ? undefined : parse(text.source).value), [text]);
  const data = useMemo(() => (run === undefined ? undefined : withPlan(run, document)), [run, document]);
  return { data, error, refetch };
}

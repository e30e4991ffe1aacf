/** Step kind `script`: computes in a sandbox. */
import { parseDuration } from '#contract';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { KindHandler, StepResult } from './kind.ts';
import { storable } from './output.ts';
import { failed } from './outcome.ts';
import type { ScriptEnd, ScriptPool } from './scriptPool.ts';

const MAX_TIME_MS = 10_000;
const MIB = 1024 * 1024;

function resultOf(end: ScriptEnd, limits: { readonly memoryMb: number; readonly timeMs: number }): StepResult {
  if (end.kind === 'done') return { kind: 'done', output: storable(parsed(end.value)) };
  switch (end.reason) {
    case 'time': return failed(`the script took longer than ${limits.timeMs} ms and was stopped`);
    case 'memory': return failed(`the script needs more than ${limits.memoryMb} MiB of memory and was stopped`);
    case 'size':
    case 'error': return failed(`the script failed: ${end.message}`);
  }
}

/** The kind, over the threads of scripts. */
export function createScriptKind({ pool }: { readonly pool: Pick<ScriptPool, 'run'> }): KindHandler<'script'> {
  return {
    kind: 'script', effect: 'none',
    describe: () => 'Runs a script in the sandbox',
    requests: () => [],
    example: () => ({}),
    async run(call, signal, out) {
      const timeMs = parseDuration(call.with.timeLimit);
      if (timeMs === null || timeMs > MAX_TIME_MS) return failed(`the time limit of a script is ${MAX_TIME_MS / 1000}s at most`);
      const { secrets: _secrets, ...scope } = call.scope;
      const job = { code: call.with.code, scope: JSON.stringify(scope), memoryBytes: call.with.memoryMb * MIB, timeMs };
      const end = await pool.run(job, signal, (stream, text) => out.write(stream, text));
      return resultOf(end, { memoryMb: call.with.memoryMb, timeMs });
    },
  };
}

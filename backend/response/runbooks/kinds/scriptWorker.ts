/**
 * A thread that runs scripts of steps in QuickJS, one at a time. The sandbox has its own heap within WebAssembly and is given
 * nothing of Node: no modules, no network, no files, no timers; only a copy of the scope and `console`.
 */
import { parentPort } from 'node:worker_threads';
import { getQuickJS, type QuickJSContext } from 'quickjs-emscripten';

/** What the thread is asked. */
export interface ScriptJob {
  readonly code: string;
  /** As JSON. */
  readonly scope: string;
  readonly memoryBytes: number;
  readonly timeMs: number;
}

/** What it says: lines while it runs, and then how it ended. `value` is JSON. */
export type ScriptNews =
  | { readonly kind: 'line'; readonly stream: 'out' | 'err'; readonly text: string }
  | { readonly kind: 'done'; readonly value: string }
  | { readonly kind: 'failed'; readonly reason: 'time' | 'memory' | 'error' | 'size'; readonly message: string };

const MAX_VALUE_CHARACTERS = 1024 * 1024;
const MAX_LINES_CHARACTERS = 1024 * 1024;
const MAX_LINES = 10_000;
const STACK_BYTES = 512 * 1024;
const SHOWN_CHARACTERS = 1_000;

/** Whole numbers of lines stay as in the code that was written, for messages of errors. */
function wrapped(code: string): string {
  return `(function (scope) { "use strict"; ${code}\n})`;
}

function addConsole(context: QuickJSContext, say: (news: ScriptNews) => void): void {
  let characters = 0;
  let lines = 0;
  const console = context.newObject();
  for (const [name, stream] of [['log', 'out'], ['info', 'out'], ['debug', 'out'], ['warn', 'err'], ['error', 'err']] as const) {
    const write = context.newFunction(name, (...parts) => {
      if (lines >= MAX_LINES || characters >= MAX_LINES_CHARACTERS) return;
      const text = parts.map((part) => {
        const value: unknown = context.dump(part);
        return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
      }).join(' ').slice(0, MAX_LINES_CHARACTERS - characters);
      characters += text.length;
      lines += 1;
      say({ kind: 'line', stream, text: `${text}\n` });
      if (lines >= MAX_LINES || characters >= MAX_LINES_CHARACTERS) say({ kind: 'line', stream: 'err', text: '(no more lines are shown)\n' });
    });
    context.setProp(console, name, write);
    write.dispose();
  }
  context.setProp(context.global, 'console', console);
  console.dispose();
}

function wordsOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const name = 'name' in error ? `${String(error.name)}: ` : '';
    return `${name}${String(error.message)}`.slice(0, SHOWN_CHARACTERS);
  }
  return (JSON.stringify(error) ?? 'a fault without words').slice(0, SHOWN_CHARACTERS);
}

/** Runs one job to its end. */
export async function runScript(job: ScriptJob, say: (news: ScriptNews) => void): Promise<void> {
  const quickjs = await getQuickJS();
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(job.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  const deadline = performance.now() + job.timeMs;
  let isLate = false;
  runtime.setInterruptHandler(() => {
    isLate ||= performance.now() > deadline;
    return isLate;
  });
  const context = runtime.newContext();
  function fail(error: unknown): void {
    const message = wordsOf(error);
    if (isLate) say({ kind: 'failed', reason: 'time', message });
    else say({ kind: 'failed', reason: /out of memory/i.test(message) || message === 'null' ? 'memory' : 'error', message });
  }
  try {
    addConsole(context, say);
    // JSON of the sandbox itself, taken before the script may change it.
    const main = context.evalCode(`(() => { const { parse, stringify } = JSON; return (run, scope) => { const json = stringify(run(parse(scope))); return json === undefined ? 'null' : json; }; })()`);
    const code = context.evalCode(wrapped(job.code), 'script.js');
    if (code.error !== undefined) {
      fail(context.dump(code.error));
      return;
    }
    const result = context.callFunction(context.unwrapResult(main), context.undefined, code.value, context.newString(job.scope));
    if (result.error !== undefined) {
      fail(context.dump(result.error));
      return;
    }
    const value = context.getString(result.value);
    if (value.length > MAX_VALUE_CHARACTERS) say({ kind: 'failed', reason: 'size', message: `what it returns is larger than ${MAX_VALUE_CHARACTERS} characters` });
    else say({ kind: 'done', value });
  } catch (error) {
    fail(error);
  }
  // The sandbox is not taken apart: after a fault QuickJS may not be able to. The thread is, when it has run its job.
}

parentPort?.on('message', (job: ScriptJob) => {
  runScript(job, (news) => parentPort?.postMessage(news)).catch((error: unknown) => {
    parentPort?.postMessage({ kind: 'failed', reason: 'error', message: error instanceof Error ? error.message : String(error) } satisfies ScriptNews);
  });
});

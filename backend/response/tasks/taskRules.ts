/** What may become of a task. Pure. */
import type { ChecklistItem, TaskState } from '#contract';

export type TaskCommand = 'complete' | 'cancel' | 'reopen';

/** Neither done nor cancelled. */
export function isOpen(state: TaskState): boolean {
  return state === 'todo' || state === 'doing';
}

/** Whether something that it waits for is still open. */
export function isBlocked(waitsFor: readonly { readonly state: TaskState }[]): boolean {
  return waitsFor.some((other) => isOpen(other.state));
}

/** Whether it should have been done by now. */
export function isOverdue(state: TaskState, dueAtMs: number | null, nowMs: number): boolean {
  return isOpen(state) && dueAtMs !== null && dueAtMs <= nowMs;
}

export type TaskMove = { readonly ok: true; readonly to: TaskState } | { readonly ok: false; readonly message: string };

/** Where a command leads, or why it may not be. `openBefore`: titles of open tasks that it waits for. */
export function decideMove(command: TaskCommand, state: TaskState, openBefore: readonly string[]): TaskMove {
  switch (command) {
    case 'complete':
      if (!isOpen(state)) return { ok: false, message: `is ${state} already` };
      if (openBefore.length > 0) return { ok: false, message: `waits for ${openBefore.map((title) => `“${title}”`).join(', ')}: do that first, or take it off the list of what it waits for` };
      return { ok: true, to: 'done' };
    case 'cancel':
      return isOpen(state) ? { ok: true, to: 'cancelled' } : { ok: false, message: `is ${state} already` };
    case 'reopen':
      return isOpen(state) ? { ok: false, message: 'is open' } : { ok: true, to: 'todo' };
  }
}

/**
 * The way in a circle that would arise if a task waited for others; null when there is none. `waits` says
 * what each task waits for now.
 */
export function findCircle(waits: ReadonlyMap<string, readonly string[]>, task: string, waitsFor: readonly string[]): string[] | null {
  const seen = new Set<string>();
  const ways = waitsFor.map((id) => [id]);
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const last = way.at(-1) ?? '';
    if (last === task) return [task, ...way];
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of waits.get(last) ?? []) ways.push([...way, next]);
  }
  return null;
}

/** Points of a checklist that are ticked now and were not before, and the other way round, by text. */
export function checklistNews(before: readonly ChecklistItem[], after: readonly ChecklistItem[]): { ticked: string[]; unticked: string[]; reworded: boolean } {
  const was = new Map(before.map((item) => [item.text, item.done]));
  return {
    ticked: after.filter((item) => item.done && was.get(item.text) === false).map((item) => item.text),
    unticked: after.filter((item) => !item.done && was.get(item.text) === true).map((item) => item.text),
    reworded: before.length !== after.length || after.some((item) => !was.has(item.text)),
  };
}

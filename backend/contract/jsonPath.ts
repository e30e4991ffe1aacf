/**
 * The small path language of field mappings, a part of JSONPath: `$` is the whole body, `@` the alert
 * at hand; `.name` and `['any name']` go into an object, `[0]` into a list, and `[*]`, in the path
 * of the alerts only, means every item.
 */
import { z } from 'zod';

export type PathStep = { readonly kind: 'member'; readonly name: string } | { readonly kind: 'item'; readonly index: number } | { readonly kind: 'every' };

export interface JsonPath {
  /** `body`: from the whole payload. `alert`: from the alert at hand. */
  readonly root: 'body' | 'alert';
  readonly steps: readonly PathStep[];
}

const MAX_STEPS = 20;
const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|(\[\*\])/y;

/** Reads a path. The fault says at which character it begins. */
export function parseJsonPath(text: string): { readonly ok: true; readonly path: JsonPath } | { readonly ok: false; readonly message: string } {
  const first = text.charAt(0);
  if (first !== '$' && first !== '@') return { ok: false, message: 'begins with $ (the whole body) or @ (the alert)' };
  const steps: PathStep[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const match = STEP.exec(text);
    if (match === null) return { ok: false, message: `is not a path from character ${at + 1} on: "${text.slice(at, at + 20)}"; write .name, ['any name'], [0] or [*]` };
    const [, name, index, single, double] = match;
    const quoted = single ?? double;
    if (name !== undefined) steps.push({ kind: 'member', name });
    else if (index !== undefined) steps.push({ kind: 'item', index: Number(index) });
    else if (quoted !== undefined) steps.push({ kind: 'member', name: quoted.replaceAll(/\\(.)/g, '$1') });
    else steps.push({ kind: 'every' });
    if (steps.length > MAX_STEPS) return { ok: false, message: `has more than ${MAX_STEPS} steps` };
  }
  return { ok: true, path: { root: first === '$' ? 'body' : 'alert', steps } };
}

/** A path whose `[*]` are as many as `every` permits. */
function pathWith(every: 'none' | 'any', roots: readonly JsonPath['root'][]) {
  return z.string().trim().max(300).superRefine((text, context) => {
    const parsed = parseJsonPath(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
    else if (!roots.includes(parsed.path.root)) context.addIssue({ code: 'custom', message: 'begins with $ here: there is no alert at hand yet' });
    else if (every === 'none' && parsed.path.steps.some((step) => step.kind === 'every')) {
      context.addIssue({ code: 'custom', message: '[*] stands only in the path of the alerts; take one item, for example [0]' });
    }
  });
}

/** Where the alerts stand in the body. */
export const alertsPath = pathWith('any', ['body']);
/** Where one value stands. */
export const valuePath = pathWith('none', ['body', 'alert']);

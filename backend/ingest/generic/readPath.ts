/** Reads values at paths of a JSON body. Pure. */
import type { JsonPath } from '#contract';

/** The value at a path without `[*]`; undefined where there is none. */
export function readPath(path: JsonPath, body: unknown, alert: unknown): unknown {
  let value = path.root === 'body' ? body : alert;
  for (const step of path.steps) {
    if (step.kind === 'member') value = memberOf(value, step.name);
    else if (step.kind === 'item') value = Array.isArray(value) ? value[step.index] : undefined;
    else return undefined;
  }
  return value;
}

/** Only what the body itself holds: `constructor` is not a member of every object. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return found;
}

/** All values at a path with `[*]`. The fault names the step that does not fit. */
export function readAll(path: JsonPath, body: unknown): { readonly ok: true; readonly values: readonly unknown[] } | { readonly ok: false; readonly message: string } {
  let values: readonly unknown[] = [body];
  let walked = '$';
  for (const step of path.steps) {
    if (step.kind === 'every') {
      const odd = values.find((value) => !Array.isArray(value));
      if (odd !== undefined || values.length === 0) return { ok: false, message: `${walked} is ${describe(values[0])}, not a list` };
      values = values.flatMap((value): unknown[] => (Array.isArray(value) ? value : []));
      walked += '[*]';
      if (values.length === 0) return { ok: true, values };
    } else {
      walked += step.kind === 'member' ? `.${step.name}` : `[${step.index}]`;
      values = values.map((value) => readPath({ root: 'alert', steps: [step] }, null, value));
      if (values.some((value) => value === undefined)) return { ok: false, message: `${walked} is not there` };
    }
  }
  return { ok: true, values };
}

/** What a value is, in words. */
export function describe(value: unknown): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** What a schema has against the fields of a form. */
import type { z } from 'zod';

/** Gives what is wrong at a path, or below it; undefined when nothing is. */
export function faultFinder(checked: z.ZodSafeParseResult<unknown>): (...path: readonly PropertyKey[]) => string | undefined {
  return (...path) => (checked.success ? undefined : checked.error.issues.find((issue) => path.every((part, index) => issue.path[index] === part))?.message);
}

/** Props of a field that is wrong; none for one that is not. */
export function faultProps(message: string | undefined): { invalid?: true; error?: string } {
  return message === undefined ? {} : { invalid: true, error: message };
}

/** Lists as another product's API gives them: what can be read, and a word about the rest. Pure. */
import type { z } from 'zod';
import type { ImportRemark } from '#contract';

/** Items of a list that have the shape; the others are left out and remarked upon by their place. */
export function parsed<T>(list: readonly unknown[], schema: z.ZodType<T>, what: string, remarks: ImportRemark[]): T[] {
  return list.flatMap((item, index) => {
    const result = schema.safeParse(item);
    if (result.success) return [result.data];
    const [issue] = result.error.issues;
    remarks.push({ subject: `${what} ${index + 1}`, message: `could not be read (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}) and was left out` });
    return [];
  });
}

/** The id here of what comes of something of Grafana OnCall: the same each time it is taken over. At most 40 letters, digits and dashes. */
export function ownId(foreign: string): string {
  return `oncall-${foreign.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 33).replace(/-+$/, '')}`;
}

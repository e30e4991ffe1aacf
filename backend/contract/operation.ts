/** How one operation of the API is described: request, answer, and what it takes to write. */
import { z } from 'zod';
import { incidentNumber } from './primitives.ts';

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api`, with `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'Incidents' | 'Alerts' | 'Sources' | 'Catalog' | 'Correlation' | 'Detection' | 'Noise' | 'Access' | 'Runbooks' | 'Communication' | 'Notifications' | 'OnCall' | 'System';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** 201 for what is made; else 200. */
  readonly status?: 200 | 201;
  /** `required`: the write needs `If-Match`, and the answer carries an `ETag` unless the thing is gone. `optional`: it may have one. */
  readonly ifMatch?: 'required' | 'optional';
  /** The answer holds a secret that is shown once: it is not kept for repeats of the request. */
  readonly shownOnce?: true;
}

/** Keeps the literal types of one operation while checking its shape. */
export function op<const T extends Operation>(operation: T): T {
  return operation;
}

export const byNumber = z.object({ number: incidentNumber });
export const byId = z.object({ id: z.string().min(1).max(64) });

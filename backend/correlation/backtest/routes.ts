/** API operations of back-tests. */
import { z } from 'zod';
import { inputError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { BackTestService } from './backTestService.ts';

export type BackTestOperation = 'listBackTests' | 'startBackTest' | 'getBackTest' | 'cancelBackTest';

const cursorShape = z.tuple([z.iso.datetime(), z.string().max(64)]);

function decodeCursor(text: string | undefined): { at: Date; id: string } | null {
  if (text === undefined) return null;
  try {
    const [at, id] = cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at: new Date(at), id };
  } catch (error) {
    throw inputError('the cursor is not one of this list', [{ field: 'cursor', message: 'start again without a cursor' }], { cause: error });
  }
}

/** Handlers over the use cases. */
export function createBackTestHandlers(tests: BackTestService): Handlers<BackTestOperation> {
  return {
    async listBackTests({ query }, { caller }) {
      const items = await tests.list(caller.orgId, decodeCursor(query.cursor), query.limit + 1);
      const shown = items.slice(0, query.limit);
      const last = shown.at(-1);
      const hasMore = items.length > shown.length && last !== undefined;
      return { items: shown, nextCursor: hasMore ? Buffer.from(JSON.stringify([last.requestedAt, last.id])).toString('base64url') : null };
    },
    startBackTest: ({ body }, { caller }) => tests.start(caller.orgId, caller.actor, new Date(body.from), new Date(body.to)),
    getBackTest: ({ params }, { caller }) => tests.get(caller.orgId, params.id),
    cancelBackTest: ({ params }, { caller }) => tests.cancel(caller.orgId, caller.actor, params.id),
  };
}

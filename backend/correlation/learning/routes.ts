/** API operations of what was learned. */
import type { LearnedItem } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { inputError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { LearningService } from './learningService.ts';
import type { ItemFilter } from './learningStore.ts';

export type LearningOperation = 'getLearning' | 'learnNow' | 'listLearned' | 'forgetLearned' | 'ignoreLearned' | 'allowLearned';

function beforeOf(cursor: string | undefined): ItemFilter['before'] {
  if (cursor === undefined) return null;
  const [, ms, id] = /^(\d{1,15})\.([0-9a-f]{32})$/.exec(cursor) ?? [];
  if (ms === undefined || id === undefined) throw inputError('the cursor is not one of this list', [{ field: 'query.cursor', message: 'start again without a cursor' }]);
  return { at: new Date(Number(ms)), id };
}

function cursorOf(item: LearnedItem | undefined): string | null {
  return item === undefined ? null : `${Date.parse(item.lastSeenAt)}.${item.id}`;
}

/** Handlers over the use cases. */
export function createLearningHandlers(learning: LearningService): Handlers<LearningOperation> {
  return {
    getLearning: (_, { caller }) => learning.status(caller.orgId),
    learnNow: (_, { caller }) => learning.learn(caller.orgId, caller.actor),
    async listLearned({ query }, { caller }) {
      const search = query.search === undefined || query.search === '' ? null : query.search;
      const items = await learning.list(caller.orgId, viewerOf(caller), { state: query.state, kind: query.kind ?? null, search, before: beforeOf(query.cursor), limit: query.limit + 1 });
      const shown = items.slice(0, query.limit);
      return { items: shown, nextCursor: items.length > shown.length ? cursorOf(shown.at(-1)) : null };
    },
    async forgetLearned({ params, body }, { caller }) {
      await learning.forget(caller.orgId, caller.actor, params.id, body.reason);
      return { ok: true };
    },
    ignoreLearned: ({ params, body }, { caller }) => learning.ignore(caller.orgId, viewerOf(caller), caller.actor, params.id, body.reason),
    async allowLearned({ params }, { caller }) {
      await learning.allow(caller.orgId, caller.actor, params.id);
      return { ok: true };
    },
  };
}

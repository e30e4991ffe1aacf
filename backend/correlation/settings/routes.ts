/** API operations of the settings of correlation. */
import { inputError, preconditionRequiredError } from '../../platform/errors.ts';
import type { Handlers, RequestContext } from '../../platform/http/route.ts';
import type { SettingsService } from './settingsService.ts';

export type CorrelationOperation =
  | 'getCorrelation' | 'putCorrelationDraft' | 'discardCorrelationDraft' | 'activateCorrelationDraft' | 'listCorrelationVersions' | 'revertCorrelation';

function seenVersion({ ifMatch }: RequestContext): number {
  if (ifMatch === null) throw preconditionRequiredError('send If-Match with the version that you read');
  return ifMatch;
}

function beforeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^\d{1,9}$/.test(cursor)) throw inputError('the cursor is not one of this list', [{ field: 'cursor', message: 'start again without a cursor' }]);
  return Number(cursor);
}

/** Handlers over the use cases. */
export function createCorrelationHandlers(settings: SettingsService): Handlers<CorrelationOperation> {
  return {
    getCorrelation: (_, { caller }) => settings.state(caller.orgId),
    putCorrelationDraft: ({ body }, context) => settings.putDraft(context.caller.orgId, context.caller.actor, seenVersion(context), body),
    discardCorrelationDraft: (_, context) => settings.discardDraft(context.caller.orgId, context.caller.actor, seenVersion(context)),
    activateCorrelationDraft: ({ body }, context) => settings.activateDraft(context.caller.orgId, context.caller.actor, seenVersion(context), body.note),
    async listCorrelationVersions({ query }, { caller }) {
      const items = await settings.versions(caller.orgId, beforeOf(query.cursor), query.limit + 1);
      const shown = items.slice(0, query.limit);
      return { items: shown, nextCursor: items.length > shown.length ? String(shown.at(-1)?.version) : null };
    },
    revertCorrelation: ({ params, body }, context) =>
      settings.revert(context.caller.orgId, context.caller.actor, seenVersion(context), params.version, body.note),
  };
}

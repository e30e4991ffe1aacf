/** Asks the model of an organisation to reword a draft. Whatever goes wrong is said in words, never thrown: the draft of the template is there anyway. */
import { createHash } from 'node:crypto';
import type { Audience, DraftRequest, OrgId, UpdateDraft } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import { OutboundError } from '../../platform/outbound/outboundError.ts';
import { SealError, type KeyRing } from '../../platform/secrets/keyRing.ts';
import type { DraftFacts } from './facts.ts';
import { messagesFor, MOST_ANSWER_TOKENS, peopleIn, readAnswer, requestBody, reworded, textsOf, tokensOf, withoutPrivateWords, type ModelAnswer } from './modelRequest.ts';
import { modelKeyPurpose, reserve, selectModel, selectPeopleNames, settle, type StoredModel } from './modelStore.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { draftFor } from './updateDraft.ts';

export interface ModelDeskDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: KeyRing;
  readonly callOut: OutboundClient['call'];
}

export interface ModelDesk {
  /** Whether a model may be asked about the incident. */
  isOffered(orgId: OrgId, facts: DraftFacts): Promise<boolean>;
  /** What would be sent now. */
  preview(orgId: OrgId, audience: Audience, facts: DraftFacts): Promise<DraftRequest>;
  /** The draft in the words of the model, or why not. `seen`: the hash of what somebody looked at. */
  reword(orgId: OrgId, audience: Audience, facts: DraftFacts, seen: string | null): Promise<{ readonly draft: UpdateDraft } | { readonly whyNot: string }>;
  /** Asks for texts by their members; for tests of the connection as well. */
  ask(orgId: OrgId, model: StoredModel, messages: DraftRequest['messages'], keys: readonly string[]): Promise<ModelAnswer>;
}

interface Prepared {
  readonly draft: UpdateDraft;
  readonly redactor: Redactor;
  readonly messages: DraftRequest['messages'];
  readonly hash: string;
}

/** Why nothing may be sent about the incident; null when it may. */
function refusal({ enabled, url, model, privateIncidents }: StoredModel, { incident }: DraftFacts): string | null {
  if (!enabled || url === null || model === null) return 'no model is set up';
  if (incident.private && !privateIncidents) return 'what is in a private incident is not sent to a model';
  return null;
}

/** Makes it. */
export function createModelDesk({ db, clock, logger, ring, callOut }: ModelDeskDeps): ModelDesk {
  async function prepare(orgId: OrgId, stored: StoredModel, audience: Audience, facts: DraftFacts): Promise<Prepared> {
    const told = withoutPrivateWords(facts);
    const draft = draftFor(audience, told);
    const { incident } = facts;
    const redactor = createRedactor({
      names: [...peopleIn(facts), ...(await selectPeopleNames(db, orgId))], own: incident.key,
      kept: [...incident.services, ...incident.impactDetails.affected, ...incident.impactDetails.atRisk, ...incident.impactDetails.businessServices.map(({ name }) => name)],
    });
    const messages = messagesFor(audience, draft, redactor);
    const hash = createHash('sha256').update(`${stored.url ?? ''}\n${requestBody(stored.model ?? '', messages)}`).digest('hex');
    return { draft, redactor, messages, hash };
  }

  async function call(orgId: OrgId, { url, model, apiKey, timeoutSeconds }: StoredModel, messages: DraftRequest['messages'], keys: readonly string[]): Promise<ModelAnswer> {
    if (url === null || model === null) return { ok: false, fault: 'no model is set up', tokens: 0 };
    try {
      const answer = await callOut({
        url: `${url}/chat/completions`, method: 'POST', body: requestBody(model, messages), maxRedirects: 0, signal: AbortSignal.timeout(timeoutSeconds * 1000),
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...(apiKey === null ? {} : { Authorization: `Bearer ${ring.open(apiKey, modelKeyPurpose(orgId))}` }) },
      });
      if (answer.status === 429) return { ok: false, fault: 'it is asked too often (429)', tokens: 0 };
      if (answer.status === 401 || answer.status === 403) return { ok: false, fault: `it refuses the key (${answer.status})`, tokens: 0 };
      // Its body is not shown: it may repeat what was sent.
      if (answer.status < 200 || answer.status > 299) return { ok: false, fault: `it answered ${answer.status}`, tokens: 0 };
      return readAnswer(answer.body, keys);
    } catch (error) {
      if (error instanceof OutboundError) return { ok: false, fault: error.reason === 'timeout' ? `it did not answer within ${timeoutSeconds} s` : error.message, tokens: error.reason === 'timeout' ? null : 0 };
      if (error instanceof SealError) return { ok: false, fault: 'its key cannot be opened; enter it again', tokens: 0 };
      throw error;
    }
  }

  async function ask(orgId: OrgId, stored: StoredModel, messages: DraftRequest['messages'], keys: readonly string[]): Promise<ModelAnswer> {
    const at = clock.now();
    const most = tokensOf(messages) + MOST_ANSWER_TOKENS;
    if (!(await reserve(db, orgId, at, most, stored))) return { ok: false, fault: 'the budget of today is used up', tokens: 0 };
    const answer = await call(orgId, stored, messages, keys);
    // Of an answer that does not say what it cost, and of one that never came, all that it may have cost counts.
    await settle(db, orgId, at, (answer.tokens ?? most) - most);
    if (!answer.ok) logger.warn({ orgId, fault: answer.fault }, 'the model did not reword a draft');
    return answer;
  }

  return {
    ask,
    isOffered: async (orgId, facts) => refusal(await selectModel(db, orgId), facts) === null,
    async preview(orgId, audience, facts) {
      const stored = await selectModel(db, orgId);
      const whyNot = refusal(stored, facts);
      if (whyNot !== null) return { whyNot, url: null, model: null, messages: [], removed: [], hash: createHash('sha256').digest('hex') };
      const { messages, redactor, hash } = await prepare(orgId, stored, audience, facts);
      return { whyNot, url: stored.url === null ? null : `${stored.url}/chat/completions`, model: stored.model, messages, removed: redactor.removed(), hash };
    },
    async reword(orgId, audience, facts, seen) {
      const stored = await selectModel(db, orgId);
      const whyNot = refusal(stored, facts);
      if (whyNot !== null) return { whyNot };
      const { draft, redactor, messages, hash } = await prepare(orgId, stored, audience, facts);
      if (seen !== null && seen !== hash) return { whyNot: 'what would be sent has changed since it was looked at; look again' };
      const keys = Object.keys(textsOf(draft));
      if (keys.length === 0) return { whyNot: 'there is nothing to reword' };
      const answer = await ask(orgId, stored, messages, keys);
      if (!answer.ok) return { whyNot: `the model could not be used: ${answer.fault}` };
      return { draft: reworded(audience, draft, Object.fromEntries(Object.entries(answer.texts).map(([key, text]) => [key, redactor.restore(text)]))) };
    },
  };
}

/**
 * Forms of subscribers on the status page, without scripts: GET shows, POST acts, so that no mail scanner that opens links confirms
 * or ends anything. The answer to a subscription is the same whether the address is known or not.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Actor, OrgId } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { CommsPorts } from '../ports.ts';
import { readCommunication } from '../settingsStore.ts';
import { answerHtml, type PageForms } from '../statusPage/pageServer.ts';
import { readPage, type StoredPage } from '../statusPage/pageStore.ts';
import { CONFIRM_MS } from './fanoutWatch.ts';
import { buttonHtml, formPage, saidHtml, subscribeHtml } from './formHtml.ts';
import { formWords, type FormWords } from './formWords.ts';
import { createRateLimit } from './rateLimit.ts';
import { newToken } from './subscriptionService.ts';
import { askOutside, confirmOutside, countAsked, endByToken, isAsked } from './subscriptionStore.ts';

export interface FormsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: CommsPorts;
  urlOf(orgId: OrgId): string;
  /** Proxies in front, as `http.trustProxy` says. */
  readonly trustProxy: boolean | number;
}

const MAX_BODY = 16_384;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of one reader. */
const TRIES = 10;
/** Unconfirmed in an hour, over all: a flood sends no more mails than this. */
const MAX_ASKED = 500;
const READER: Actor = { kind: 'system', key: 'status-page', name: 'A reader of the status page' };
/** Severities at which much is affected, by number. */
const GRAVE = [1, 2];
/** Boxes of a kind that are read. */
const MOST = 200;
const TOKEN = /^[A-Za-z0-9_-]{20,40}$/;
const addressSchema = z.email().max(254);

async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return null;
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) return null;
  }
  return new URLSearchParams(text);
}

/** Address of the reader, behind so many proxies. */
function readerOf(request: IncomingMessage, trustProxy: boolean | number): string {
  const hops = trustProxy === true ? Number.POSITIVE_INFINITY : Number(trustProxy);
  const way = [...String(request.headers['x-forwarded-for'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== ''), request.socket.remoteAddress ?? ''];
  return way[Math.max(0, way.length - 1 - hops)] ?? '';
}

/** Makes the forms. */
export function createPageForms({ db, clock, ports, urlOf, trustProxy }: FormsDeps): PageForms {
  const tries = createRateLimit(clock, TRIES, 10 * MINUTE_MS);

  /** Notes the wish and sends the link to confirm it, if there is something to confirm. */
  async function ask(orgId: OrgId, stored: StoredPage, address: string, chosen: { readonly services: readonly string[]; readonly regions: readonly string[]; readonly grave: boolean }, words: FormWords): Promise<void> {
    const { mailChannel, language, components, regions } = stored.settings;
    if (mailChannel === null) return;
    const at = clock.now();
    const audiences = (await readCommunication(db, orgId)).audiences.filter(({ statusPage }) => statusPage).map(({ id }) => id);
    if (audiences.length === 0 || (await countAsked(db, orgId, new Date(at.getTime() - HOUR_MS))) >= MAX_ASKED) return;
    const known = components.map(({ name }) => name);
    await db.transaction(async (tx) => {
      const token = newToken();
      const wanted = { audiences, services: chosen.services.filter((name) => known.includes(name)), severities: chosen.grave ? GRAVE : [], regions: chosen.regions.filter((name) => regions.includes(name)) };
      if ((await askOutside(tx, orgId, address, wanted, { confirm: token, unsubscribe: newToken() }, at, new Date(at.getTime() - HOUR_MS))) === null) return;
      const url = `${urlOf(orgId)}confirm/${token}`;
      await ports.send(tx, orgId, {
        dedupKey: `subscribe/${token}`, messageClass: 'notice', urgency: 'low', incident: null, to: [{ kind: 'address', channel: mailChannel, address, name: '' }], subject: `${words.mailSubject}: ${stored.settings.title}`,
        text: `${words.mailText}\n\n[${words.confirmTitle}](${url})`, facts: [], link: { label: words.confirmTitle, url }, actions: [], thread: null, language,
      });
    });
  }

  async function subscribe(request: IncomingMessage, response: ServerResponse, orgId: OrgId, stored: StoredPage): Promise<void> {
    const words = formWords(stored.settings.language);
    const show = (status: number, body: string): void => answerHtml(response, status, formPage(stored.settings, '', words.subscribe, body));
    if (request.method !== 'POST') return show(200, subscribeHtml(stored.settings, words, null));
    if (!tries.take(`${orgId} ${readerOf(request, trustProxy)}`)) return show(429, saidHtml(words.tooMany));
    const form = await readForm(request);
    const address = addressSchema.safeParse(form?.get('address')?.trim().toLowerCase());
    if (form === null || !address.success) return show(400, subscribeHtml(stored.settings, words, words.badAddress));
    await ask(orgId, stored, address.data, { services: form.getAll('service').slice(0, MOST), regions: form.getAll('region').slice(0, MOST), grave: form.get('grave') !== null }, words);
    return show(200, saidHtml(words.asked));
  }

  async function byToken(request: IncomingMessage, response: ServerResponse, orgId: OrgId, stored: StoredPage, what: 'confirm' | 'unsubscribe', token: string): Promise<void> {
    const words = formWords(stored.settings.language);
    const [title, verb, done] = what === 'confirm' ? [words.confirmTitle, words.confirm, words.confirmed] : [words.endTitle, words.end, words.ended];
    const show = (status: number, body: string): void => answerHtml(response, status, formPage(stored.settings, '../', title, body));
    const since = new Date(clock.nowMs() - CONFIRM_MS);
    // Only what is not there counts as a try: the servers of a mail provider end subscriptions of very many (RFC 8058).
    const reader = `${orgId} ${what} ${readerOf(request, trustProxy)}`;
    if (tries.isSpent(reader)) return show(429, saidHtml(words.tooMany));
    if (request.method !== 'POST') {
      // Ending always shows the same: who guesses learns nothing.
      const isThere = TOKEN.test(token) && (what === 'unsubscribe' || (await isAsked(db, orgId, token, since)));
      if (!isThere) tries.take(reader);
      return isThere ? show(200, buttonHtml(verb)) : show(404, saidHtml(words.gone));
    }
    request.resume();
    const at = clock.now();
    const id = TOKEN.test(token) ? await db.transaction(async (tx) => {
      const found = what === 'confirm' ? await confirmOutside(tx, orgId, token, since, at) : await endByToken(tx, orgId, token);
      if (found !== null) await appendEvents(tx, orgId, at, [{ type: 'subscription.changed', incident: null, actor: READER, data: { what: what === 'confirm' ? 'confirmed' : 'ended', subscriber: found } }]);
      return found;
    }) : null;
    if (id === null) tries.take(reader);
    if (what === 'confirm' && id === null) return show(404, saidHtml(words.gone));
    // Also when it was ended before: that is what was wanted.
    return show(200, saidHtml(done));
  }

  return async (request, response, orgId, path) => {
    if (request.method !== 'GET' && request.method !== 'POST') return false;
    const [what, token] = path.split('/');
    if (what !== 'subscribe' && what !== 'confirm' && what !== 'unsubscribe') return false;
    const stored = await readPage(db, orgId);
    if (what === 'subscribe') {
      if (token !== undefined || !stored.settings.subscriptions) return false;
      await subscribe(request, response, orgId, stored);
    } else {
      if (token === undefined) return false;
      await byToken(request, response, orgId, stored, what, token);
    }
    return true;
  };
}

/**
 * `/respond/<token>`: answers to pages without a login. GET and HEAD only show, so that whatever follows links in messages
 * (scanners, previews) changes nothing; POST acts, once.
 */
import { createHash } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { incidentKey, pageAnswer } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { AppError } from '../../platform/errors.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { refusalOf, type Answers } from './answers.ts';
import { lockEscalation } from './escalationStore.ts';
import { readFacts } from './incidentFacts.ts';
import { findPage } from './pageStore.ts';
import type { EscalationPorts } from './ports.ts';
import { respondFault, respondPage, RESPOND_STYLE } from './respondPage.ts';
import { readRespondToken, type RespondToken } from './respondToken.ts';

export interface RespondDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'isMac'>;
  readonly answers: Pick<Answers, 'take'>;
  readonly ports: Pick<EscalationPorts, 'users'>;
  incidentUrl(number: number): string;
}

const answerForm = z.object({ answer: pageAnswer, note: z.string().trim().max(500).default('') });
const asked = z.object({ answer: pageAnswer });
const MAX_FORM = '4kb';
const STYLE_HASH = createHash('sha256').update(RESPOND_STYLE).digest('base64');

function send(response: Response, status: number, html: string): void {
  response.status(status).set({
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex',
  }).type('html').send(html);
}

/** Makes the router, to be mounted at `/respond`. */
export function createRespondRouter({ db, clock, ring, answers, ports, incidentUrl }: RespondDeps): Router {
  const router = express.Router();

  async function show(response: Response, token: RespondToken, suggested: z.infer<typeof pageAnswer> | null): Promise<void> {
    const page = await findPage(db, token.orgId, token.page);
    if (page === null) {
      send(response, 404, respondFault('This link leads nowhere', 'What you were called for is gone.'));
      return;
    }
    const run = await db.transaction((tx) => lockEscalation(tx, token.orgId, page.escalation));
    // As the person sees it now: an incident may have become private since.
    const facts = await readFacts(db, token.orgId, page.user ?? '', page.incident);
    const taker = run?.answeredBy ?? null;
    const takenBy = taker === null || taker === page.user ? null : ((await ports.users.find(token.orgId, [taker])).get(taker)?.name ?? null);
    const refusal = refusalOf(page, clock.now()) ?? (run?.state === 'stopped' ? `nobody is called any more: ${run.endReason ?? 'it was stopped'}` : null);
    send(response, 200, respondPage({
      incident: facts === null ? null : {
        key: incidentKey(facts.number), title: facts.title, severity: facts.severity.toUpperCase(), state: facts.state, services: facts.services.slice(0, 10), url: incidentUrl(facts.number),
      },
      person: page.name, role: run?.plan.role ?? null, state: page.state, refusal, takenBy, suggested,
    }));
  }

  function tokenOf(text: unknown, response: Response): RespondToken | null {
    const token = typeof text === 'string' ? readRespondToken(ring, text) : null;
    if (token === null) send(response, 404, respondFault('This link leads nowhere', 'It is not whole, or not one of ours. Take it from the message again, or answer in Grafana.'));
    return token;
  }

  router.get('/:token', async (request, response) => {
    const token = tokenOf(request.params.token, response);
    if (token !== null) await show(response, token, asked.safeParse(request.query).data?.answer ?? null);
  });

  router.post('/:token', express.urlencoded({ extended: false, limit: MAX_FORM }), async (request, response) => {
    const token = tokenOf(request.params.token, response);
    if (token === null) return;
    const form = answerForm.safeParse(request.body);
    if (!form.success) {
      send(response, 400, respondFault('That was no answer', 'Go back and press one of the buttons; a word with it may be 500 characters long.'));
      return;
    }
    const at = clock.now();
    try {
      await db.transaction(async (tx) => {
        await appendEvents(tx, token.orgId, at, await answers.take(tx, token.orgId, { page: token.page, ...form.data, over: 'link', at }));
      });
    } catch (error) {
      // Pressed twice, or too late: the page says how it stands.
      if (!(error instanceof AppError) || error.status >= 500) throw error;
    }
    await show(response, token, null);
  });
  return router;
}

/**
 * Plays the days before a new demo began: the service itself runs on a clock of the past, learns from the simulated metrics, watches in
 * shadow day by day, and the demo's people say what it found rightly, and let two detectors alert. Nothing is written past the service.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startApp, type AppOptions } from '../../backend/app.ts';
import type { Detector, DetectorFinding } from '../../backend/contract/index.ts';
import { agentToken, callAs, openAs } from './api.ts';
import { DEMO_AGENT, DEMO_HOST, startDemoAgent } from './demoAgent.ts';
import { LET_ALERT } from './metrics/detectors.ts';
import { PLAYED_MS, type Story } from './metrics/story.ts';
import { LOGINS } from './mobilisation.ts';
import { createPastClock } from './pastClock.ts';
import { PAST_INCIDENTS } from './pastIncidents.ts';
import { relive, type ReliveOptions } from './relive.ts';
import { startSampleShop } from './sampleShop.ts';
import { ORIGIN } from './shop.ts';

export interface PlayPastOptions {
  /** How the service is started, but for its clock. */
  readonly app: Omit<AppOptions, 'clock'>;
  /** Address of the plugin host, which runs already. */
  readonly hostUrl: string;
  readonly story: Story;
  readonly webhook: ReliveOptions['webhook'];
  /** Folder of the agent, which restarts a service in one of the incidents. */
  readonly agentDir: string;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
}

const MINUTE_MS = 60_000;
const ASK_EVERY_MS = 100;
/** A watch looks every two seconds: that long is not waited for the first time. */
const TICK_MS = 2_001;
/** The newest ones are left for whoever looks at the demo. */
const LEFT_UNJUDGED = 1;
/** What is found in series shows so long after trouble, as it is a mean of minutes. */
const AFTER_MS = 20 * MINUTE_MS;

/** Whether something was planted where it was found: what its people know. */
function isRight({ past, begunMs }: Story, { labels, startsAt, pattern }: DetectorFinding): boolean {
  const atMs = Date.parse(startsAt);
  const service = labels['service'] ?? labels['service_name'] ?? '';
  // A volume that fills, and its lines, are what they are.
  if (pattern !== null || service === 'search-indexer') return atMs > begunMs - PLAYED_MS;
  return past.some(({ services, fromMs, toMs, kind }) => kind !== 'busy' && services.includes(service) && atMs >= fromMs && atMs <= toMs + AFTER_MS);
}

/** Plays it. Throws when it cannot be played to the end. */
export async function playPast({ app: options, hostUrl, story, webhook, agentDir, onLog, signal }: PlayPastOptions): Promise<void> {
  const clock = createPastClock(story.begunMs - PLAYED_MS);
  await using playing = new AsyncDisposableStack();
  const app = await startApp({ ...options, clock });
  playing.defer(() => app.close());
  for (const login of LOGINS) await openAs(hostUrl, login);
  const shop = await startSampleShop({ origin: ORIGIN, onRestart: () => undefined });
  playing.defer(() => shop.close());
  playing.defer(await startDemoAgent({ service: app.url, token: await agentToken(hostUrl, DEMO_AGENT, { host: DEMO_HOST }), shop: shop.url, dir: agentDir, onLog }));
  const detectorsWhen = async (isGood: (detector: Detector) => boolean): Promise<Detector[]> => {
    for (;;) {
      signal.throwIfAborted();
      const { items } = await callAs(hostUrl, 'admin', 'listDetectors', { query: { limit: 50 } });
      const failing = items.find(({ health }) => health.error !== null);
      if (failing !== undefined) throw new Error(`the simulated metrics could not be asked: ${failing.name}: ${failing.health.error ?? ''}`);
      if (items.every(isGood)) return items;
      await delay(ASK_EVERY_MS);
    }
  };
  clock.putForwardTo(clock.nowMs() + TICK_MS);
  await detectorsWhen(({ state }) => state !== 'train');
  for (const incident of PAST_INCIDENTS) await relive({ app, clock, hostUrl, story, webhook, signal }, incident);
  clock.putForwardTo(story.begunMs - 5 * MINUTE_MS);
  const isUpToDate = ({ evaluatedTo, stepSeconds }: Detector): boolean => Date.parse(evaluatedTo) > clock.nowMs() - 2 * stepSeconds * 1_000;
  const detectors = await detectorsWhen(isUpToDate);
  const { items: findings } = await callAs(hostUrl, 'editor', 'listDetectorFindings', { query: { limit: 200, verdict: 'none' } });
  for (const finding of findings.slice(LEFT_UNJUDGED)) {
    await callAs(hostUrl, 'editor', 'judgeFinding', { params: { id: finding.id }, body: { verdict: isRight(story, finding) ? 'right' : 'wrong' } });
  }
  for (const { id, version, provisionedAs } of detectors) {
    if (LET_ALERT.some((name) => name === provisionedAs)) await callAs(hostUrl, 'admin', 'setDetectorState', { params: { id }, body: { state: 'active' } }, version);
  }
}

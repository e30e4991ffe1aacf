/** The single checks of a preflight. None has an effect on what it looks at, and none takes longer than a few seconds. */
import { z } from 'zod';
import type { LeafStep, OrgId, PreflightReport, RunbookDocument, Step } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import { everyStep, fillIn } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { checkAgent, type KnownAgent } from './agentCheck.ts';
import type { PreflightPorts } from './ports.ts';
import type { StoredSettings } from './settingsStore.ts';

export type Finding = PreflightReport['findings'][number];
export type Check = () => Promise<Finding>;

export const CHECK_MS = 5_000;

export interface CheckDeps {
  readonly q: Queryable;
  readonly orgId: OrgId;
  readonly ports: PreflightPorts;
  readonly settings: StoredSettings;
  readonly agents: readonly KnownAgent[];
  readonly scope: Scope;
  readonly secrets: ReadonlyMap<string, string>;
  /** What became of hosts that were called already: each is called once. */
  readonly reached: Map<string, Promise<HostVerdict>>;
}

type HostVerdict = Pick<Finding, 'ok' | 'detail' | 'fix'>;

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Steps that do something, also within others, each followed by what takes it back. */
export function leavesOf(steps: readonly Step[]): LeafStep[] {
  return everyStep(steps).flatMap(({ step }): LeafStep[] => {
    if (step.kind === 'branch' || step.kind === 'parallel' || step.kind === 'forEach') return [];
    return step.undo === undefined ? [step] : [step, { id: step.id, continueOnError: false, ...step.undo }];
  });
}

const promAnswer = z.object({ status: z.string(), data: z.object({ result: z.array(z.unknown()) }) });
/** The scheme and host of an address, as far as they are written out. */
const FIXED_ORIGIN = /^https?:\/\/[^/?#{}\s]+(?=[/?#]|$)/;

/** Makes the checks of one step. */
export function checksOfStep(step: LeafStep, deps: CheckDeps): Check[] {
  const { ports, orgId } = deps;
  const at = (check: Finding['check'], ok: boolean, detail: string, fix: string | null = null): Finding => ({ check, step: step.id, ok, detail, fix });

  /** Filled in from what is known without an incident; null when it depends on more. */
  function filled<T>(value: T): T | null {
    try {
      return fillIn(value, deps.scope, (name) => {
        const secret = deps.secrets.get(name);
        if (secret === undefined) throw new Error(`the secret ${name} is not known`);
        return secret;
      });
    } catch {
      return null;
    }
  }

  async function callHost({ origin, host }: URL): Promise<HostVerdict> {
    const answers = { ok: true, detail: `${host} answers`, fix: null };
    try {
      // The front door alone: nothing that was meant for the step is sent.
      const { status } = await ports.call({ url: `${origin}/`, method: 'GET', maxRedirects: 0, signal: AbortSignal.timeout(CHECK_MS) });
      // Whatever else it says, it is there; with such a status it says itself that it is not well.
      return status < 500 ? answers : { ok: false, detail: `${host} answers with status ${status}`, fix: 'See what is wrong with the host.' };
    } catch (error) {
      if (error instanceof OutboundError && error.reason === 'redirect') return answers;
      return { ok: false, detail: wordsOf(error), fix: 'Allow the host under outbound.allow, or see why it does not answer.' };
    }
  }

  async function reach(url: URL): Promise<Finding> {
    const verdict = deps.reached.get(url.origin) ?? callHost(url);
    deps.reached.set(url.origin, verdict);
    const { ok, detail, fix } = await verdict;
    return at('host', ok, detail, fix);
  }

  async function checkHost(template: string): Promise<Finding> {
    const url = URL.parse(filled(template) ?? FIXED_ORIGIN.exec(template)?.[0] ?? '');
    return url === null ? at('host', true, 'not checked: the host depends on the run') : reach(url);
  }

  async function checkPromql(given: Extract<LeafStep, { kind: 'promql' }>['with']): Promise<Finding> {
    const known = filled(given);
    if (known === null) return at('query', true, 'not checked: the query depends on the run');
    try {
      const answer = await ports.call({
        url: `${known.url.replace(/\/$/, '')}/api/v1/query?query=${encodeURIComponent(known.expr)}`, method: 'GET', headers: known.headers, signal: AbortSignal.timeout(CHECK_MS),
      });
      if (answer.status >= 400) return at('query', false, `Prometheus answers with status ${answer.status}`, 'Correct the address, the credentials or the query.');
      const said = promAnswer.safeParse(parsed(answer.body));
      if (!said.success) return at('query', false, 'the answer is not that of a Prometheus', 'Correct the address.');
      return seriesFinding(said.data.data.result.length, known.empty === 'ok');
    } catch (error) {
      return at('query', false, wordsOf(error), 'Correct the address, or allow the host under outbound.allow.');
    }
  }

  function seriesFinding(count: number, emptyIsFine: boolean): Finding {
    if (count > 0) return at('query', true, `the query gives ${count} series`);
    return emptyIsFine ? at('query', true, 'the query gives no series, which the step allows') : at('query', false, 'the query gives no series', 'Correct the query: a name or label may have changed.');
  }

  async function checkGrafana(given: Extract<LeafStep, { kind: 'grafanaQuery' }>['with']): Promise<Finding> {
    const known = filled(given);
    if (known === null) return at('query', true, 'not checked: the query depends on the run');
    try {
      return seriesFinding(await ports.countSeries(orgId, known, AbortSignal.timeout(CHECK_MS)), false);
    } catch (error) {
      return at('query', false, wordsOf(error), 'Correct the data source or the query.');
    }
  }

  function checkOnAgent(template: string, wanted: Parameters<typeof checkAgent>[2]): Finding {
    const agent = filled(template);
    if (agent === null) return at('agent', true, 'not checked: the agent depends on the run');
    const { ok, detail, fix } = checkAgent(deps.agents, agent, wanted);
    return at('agent', ok, detail, fix);
  }

  function checkAddress(address: string | null, what: string): Finding {
    return address === null
      ? at('address', false, `no address for ${what} is set`, `Set it in the settings of automation.`)
      : at('address', true, `an address for ${what} is set`);
  }

  switch (step.kind) {
    case 'http':
      return [() => checkHost(step.with.url)];
    case 'promql':
      return [() => checkPromql(step.with)];
    case 'grafanaQuery':
      return [() => checkGrafana(step.with)];
    case 'command':
      return [() => Promise.resolve(checkOnAgent(step.with.agent, { kind: 'command', command: step.with.command, args: Object.keys(step.with.args) }))];
    case 'kubernetes':
      return [() => Promise.resolve(checkOnAgent(step.with.agent, { kind: 'kubernetes', action: step.with.action }))];
    case 'notify':
      return [() => Promise.resolve(checkAddress(deps.settings.notifyUrl, 'messages'))];
    case 'page':
      return [() => Promise.resolve(checkAddress(deps.settings.pageUrl, 'pages'))];
    case 'ticket':
      return [() => Promise.resolve(checkAddress(deps.settings.ticketUrl, 'tickets'))];
    default:
      return [];
  }
}

/** Makes the checks of the links of a runbook. What may not be called is not checked: people open them, not Muster. */
export function checksOfLinks(document: RunbookDocument, ports: PreflightPorts): Check[] {
  return document.metadata.links.map((link) => async (): Promise<Finding> => {
    const at = (ok: boolean, detail: string, fix: string | null = null): Finding => ({ check: 'link', step: null, ok, detail, fix });
    try {
      const { status } = await ports.call({ url: link.url, method: 'GET', signal: AbortSignal.timeout(CHECK_MS) });
      // Behind a sign-in it is alive.
      return status < 400 || status === 401 || status === 403 ? at(true, `“${link.title}” is there`) : at(false, `“${link.title}” answers with status ${status}`, 'Correct the link.');
    } catch (error) {
      if (error instanceof OutboundError && error.reason === 'denied') return at(true, `“${link.title}” was not checked: its host is not allowed to be called`);
      return at(false, `“${link.title}”: ${wordsOf(error)}`, 'Correct the link.');
    }
  });
}

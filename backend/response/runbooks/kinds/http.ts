/** Step kind `http`: calls a web address through the guard. */
import type { JsonValue, WithOf } from '#contract';
import type { OutboundResponse } from '../../../platform/outbound/client.ts';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { KindHandler, StepCall, StepResult } from './kind.ts';
import { excerpt, MAX_KEPT_CHARACTERS, storable, storableText } from './output.ts';
import { failed, failureOf, mayRecover } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

type HttpWith = WithOf<'http'>;

export const KEY_HEADER = 'Idempotency-Key';
/** They belong to the connection, or lead it elsewhere than the guard has looked. */
const CONNECTION_HEADERS = /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i;
/** Hold what nobody has asked for and what must not be shown. */
const UNSHOWN_HEADERS = new Set(['set-cookie']);
const METHODS_WITHOUT_KEY = new Set(['GET']);

function headersOf(filled: HttpWith, key: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(filled.headers).filter(([name]) => name.toLowerCase() !== KEY_HEADER.toLowerCase()));
  const isTyped = Object.keys(own).some((name) => name.toLowerCase() === 'content-type');
  return {
    ...(filled.body === undefined || isTyped ? {} : { 'Content-Type': parsed(filled.body) === undefined ? 'text/plain; charset=utf-8' : 'application/json' }),
    ...own,
    ...(METHODS_WITHOUT_KEY.has(filled.method) ? {} : { [KEY_HEADER]: key }),
  };
}

function faultOf(filled: HttpWith): string | null {
  if (filled.method === 'GET' && filled.body !== undefined) return 'a GET carries no body; use POST, or leave the body out';
  for (const [name, value] of Object.entries(filled.headers)) {
    if (CONNECTION_HEADERS.test(name)) return `the header "${name}" is not a step's to set`;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return `the header "${name}" holds a character that headers cannot carry, such as a line break`;
  }
  return null;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: JsonValue;
  readonly isCut: boolean;
}

/** An answer as steps see it: JSON read, the rest as text, a MiB at most. Masked before it is cut, so that no half of a secret is left. */
function answerOf({ status, headers, body }: OutboundResponse, mask: (text: string) => string): Answer {
  const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => !UNSHOWN_HEADERS.has(name)).map(([name, value]) => [name, storableText(value)]));
  const isCut = body.length > MAX_KEPT_CHARACTERS;
  const json = isCut || !/json/i.test(headers['content-type'] ?? '') ? undefined : parsed(body);
  return { status, headers: shown, isCut, body: json === undefined ? storableText(isCut ? mask(body).slice(0, MAX_KEPT_CHARACTERS) : body) : storable(json) };
}

/** The kind, calling out through the port. */
export function createHttpKind({ callOut, holds }: Pick<EffectPorts, 'callOut' | 'holds'>): KindHandler<'http'> {
  function judge(filled: HttpWith, answer: Answer, call: StepCall<'http'>): StepResult {
    const { status, headers, body } = answer;
    const said = (): string => {
      const text = excerpt(call.mask(typeof body === 'string' ? body : JSON.stringify(body)));
      return text === '' ? '' : `: ${text}`;
    };
    if (filled.expect === undefined && status >= 400) return failed(`answered ${status}${said()}`, mayRecover(status));
    if (filled.expect !== undefined) {
      let isRight: boolean;
      try {
        isRight = holds(filled.expect, { ...call.scope, status, headers, body });
      } catch (error) {
        return failed(call.mask(`answered ${status}, and \`expect\` cannot be told: ${error instanceof Error ? error.message : String(error)}`), mayRecover(status));
      }
      // A good answer that is not yet the right one: the retries of the step may wait for it.
      if (!isRight) return failed(`answered ${status}, and \`expect\` does not hold${said()}`, status < 400 || mayRecover(status));
    }
    return { kind: 'done', output: { status, headers, body }, text: `answered ${status}` };
  }

  return {
    kind: 'http',
    effect: 'keyed',
    describe: (filled) => `Calls ${filled.method} ${filled.url}`,
    requests: (filled) => [{ to: filled.url, method: filled.method, headers: headersOf(filled, '<key of the step>'), body: filled.body ?? null }],
    example: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: {} }),
    async run(call, signal, out) {
      const fault = faultOf(call.with);
      if (fault !== null) return failed(fault);
      try {
        const answer = answerOf(await callOut({
          url: call.with.url, method: call.with.method, headers: headersOf(call.with, call.key), signal, ...(call.with.body === undefined ? {} : { body: call.with.body }),
        }), call.mask);
        out.write('note', `answered ${answer.status}\n`);
        if (answer.isCut) out.write('note', `the answer is larger than ${MAX_KEPT_CHARACTERS} characters; the rest was left out\n`);
        return judge(call.with, answer, call);
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

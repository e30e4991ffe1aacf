/**
 * What somebody wrote to Muster in a chat, as a command: `INC-42 sev 2 half of the shops`. The incident may be left out where the
 * conversation is that of one. Pure.
 */
import { SEVERITIES, type Severity } from '#contract';

/** Whom a command names. */
export type Who =
  | { readonly kind: 'me' }
  /** By the chat's own id. */
  | { readonly kind: 'mention'; readonly id: string }
  /** By name, as it was typed. */
  | { readonly kind: 'login'; readonly login: string };

export type ChatCommand =
  | { readonly verb: 'ack' }
  | { readonly verb: 'sev'; readonly severity: Severity; readonly reason: string }
  | { readonly verb: 'role'; readonly role: string; readonly who: Who | 'decline' }
  | { readonly verb: 'note'; readonly text: string }
  | { readonly verb: 'task'; readonly title: string; readonly owner: Who | null }
  | { readonly verb: 'update'; readonly text: string }
  | { readonly verb: 'run'; readonly runbook: string; readonly inputs: Readonly<Record<string, string>> }
  | { readonly verb: 'room' };

export type ParsedCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'command'; readonly incident: number | null; readonly command: ChatCommand };

/** What can be written, for people. */
export const HELP = [
  '`ack`: you are on it', '`sev 2 why`: change the severity', '`role commander @name` (or `me`, `decline`): say who leads; so too `communications`, `operations`, `scribe`, `liaison`', '`note text`: write on the timeline',
  '`task what @name`: add a task', '`update text` (or `update customers: text`): tell an audience', '`run runbook key=value`: start a runbook', '`room`: open a war room',
  'Begin with the incident (`INC-42 ack`), unless this is its war room or thread.',
].join('\n');

const INCIDENT = /^(?:inc-?|#)?(\d{1,9})$/i;
const MENTION = /^<@([A-Z0-9]{3,30})(?:\|[^>]*)?>$/;
const LOGIN = /^@([\p{L}\p{N}._-]{1,100})$/u;
const PAIR = /^([A-Za-z_][\w-]{0,63})=(.*)$/s;

function whoOf(word: string | undefined): Who | null {
  if (word === undefined) return null;
  if (/^(@?me)$/i.test(word)) return { kind: 'me' };
  const id = MENTION.exec(word)?.[1];
  if (id !== undefined) return { kind: 'mention', id };
  const login = LOGIN.exec(word)?.[1];
  return login === undefined ? null : { kind: 'login', login };
}

/** Words, with what stands in quotes as part of one. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"“”]+|["“”][^"“”]*["“”])+/g)].map(([word]) => word.replace(/["“”]/g, ''));
}

function fault(message: string): ParsedCommand {
  return { kind: 'fault', message };
}

function commandOf(verb: string, rest: string): ChatCommand | string {
  const words = wordsOf(rest);
  switch (verb) {
    case 'ack': case 'acknowledge': return { verb: 'ack' };
    case 'room': case 'warroom': case 'war-room': return { verb: 'room' };
    case 'sev': case 'severity': case 'sev1': case 'sev2': case 'sev3': case 'sev4': case 'sev5': {
      const isInVerb = /\d$/.test(verb);
      const level = isInVerb ? verb.slice(-1) : /^(?:sev)?([1-5])$/i.exec(words[0] ?? '')?.[1];
      const severity = SEVERITIES.find((one) => one === `sev${level}`);
      if (severity === undefined) return 'Say which severity: `sev 2 why`, from 1 (worst) to 5.';
      const reason = (isInVerb ? rest : rest.trim().replace(/^\S+\s*/, '')).trim();
      return reason.length < 3 ? 'Say why: `sev 2 half of the shops cannot pay`.' : { verb: 'sev', severity, reason };
    }
    case 'role': {
      const who = /^decline$/i.test(words[1] ?? '') ? 'decline' : whoOf(words[1]);
      return words[0] === undefined || who === null ? 'Say which role and who: `role commander @name`, or `role commander me`.' : { verb: 'role', role: words[0].toLowerCase(), who };
    }
    case 'note': return rest === '' ? 'Say what to write: `note the pool was restarted`.' : { verb: 'note', text: rest };
    case 'update': return rest === '' ? 'Say what to tell: `update payments work again in Europe`.' : { verb: 'update', text: rest };
    case 'task': {
      const last = rest.split(/\s+/).at(-1);
      const owner = whoOf(last);
      const title = (owner === null ? rest : rest.slice(0, rest.length - (last?.length ?? 0))).trim();
      return title === '' ? 'Say what is to be done: `task restart the pool @name`.' : { verb: 'task', title, owner };
    }
    case 'run': {
      const [runbook, ...pairs] = words[0]?.toLowerCase() === 'runbook' ? words.slice(1) : words;
      if (runbook === undefined) return 'Say which runbook: `run restart-pool host=db1`.';
      const inputs: Record<string, string> = {};
      for (const pair of pairs) {
        const [, name, value] = PAIR.exec(pair) ?? [];
        if (name === undefined || value === undefined) return `\`${pair}\` is no input; write \`name=value\`.`;
        inputs[name] = value;
      }
      return { verb: 'run', runbook, inputs };
    }
    default: return `\`${verb.slice(0, 40)}\` is no command.`;
  }
}

/** Reads what was written. */
export function parseCommand(text: string): ParsedCommand {
  let rest = text.trim();
  const [first = ''] = rest.split(/\s+/);
  const number = INCIDENT.exec(first)?.[1];
  if (number !== undefined) rest = rest.slice(first.length).trim();
  const [verb = ''] = rest.split(/\s+/);
  if (verb === '' || /^help$/i.test(verb)) return { kind: 'help' };
  const command = commandOf(verb.toLowerCase(), rest.slice(verb.length).trim());
  return typeof command === 'string' ? fault(command) : { kind: 'command', incident: number === undefined ? null : Number(number), command };
}

/** Slack's markup as people read it: mentions by name, links with their address, the three escapes undone. */
export function readableText(text: string): string {
  return text
    .replace(/<@([A-Z0-9]+)\|([^>]+)>/g, '@$2').replace(/<@([A-Z0-9]+)>/g, '@$1').replace(/<#[A-Z0-9]+\|([^>]*)>/g, '#$1').replace(/<!(?:subteam\^[^|>]*\|)?@?([^>|]+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)').replace(/<((?:https?|mailto):[^|>]+)>/g, '$1')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What of a log line tells its pattern: level and message, with whatever varies from line to line masked. Pure. */

/** Stands for what varies. */
export const HOLE = '<*>';
const MOST_CHARACTERS = 1_000;
const MOST_TOKENS = 48;
/** What is longer is an identifier, not a word. */
const MOST_WORD = 40;
const MESSAGES = ['message', 'msg', 'log', 'event'] as const;
const LEVELS = ['level', 'severity', 'lvl', 'log.level'] as const;
const FAULTS = ['error', 'err', 'exception'] as const;
const BEFORE_STATUS = new Set(['status', 'code', 'status_code', 'statuscode', 'http_status', 'http', '1.0', '1.1', '2.0', '3.0']);

function textIn(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a line of JSON its level, message and error; other lines as they are. */
export function messageOf(line: string): string {
  if (!line.startsWith('{') || !line.trimEnd().endsWith('}')) return line;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return line;
  }
  if (!isFields(fields)) return line;
  const [message, fault] = [textIn(fields, MESSAGES), textIn(fields, FAULTS)];
  return message === '' && fault === '' ? line : [textIn(fields, LEVELS), message, fault === message ? '' : fault].filter((part) => part !== '').join(' ');
}

/** Letters, digits, and what holds identifiers, numbers and dates together. */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || code === 46 || code === 45 || code === 64 || code === 37 || code === 43 || code > 127;
}

function maskOf(word: string, before: string): string {
  if (word.length === 3 && BEFORE_STATUS.has(before.toLowerCase()) && /^[1-5]\d\d$/.test(word)) return `${word.charAt(0)}xx`;
  return HOLE;
}

/** The text with every word that holds a digit masked; of status codes the class stays. */
export function maskedText(line: string): string {
  const text = line.length > MOST_CHARACTERS ? line.slice(0, MOST_CHARACTERS).toWellFormed() : line;
  let out = '';
  let copied = 0;
  let holes = 0;
  let before = '';
  let at = 0;
  while (at < text.length) {
    if (!isWordCode(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const from = at;
    let hasDigit = false;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (!isWordCode(code)) break;
      if (code >= 48 && code <= 57) hasDigit = true;
    }
    const isVarying = hasDigit || at - from > MOST_WORD;
    if (isVarying) {
      out += text.slice(copied, from) + maskOf(text.slice(from, at), before);
      copied = at;
      holes += 1;
    }
    before = text.slice(from, at);
  }
  out += text.slice(copied);
  return holes > 1 ? out.replace(/<\*>(?:[:/,;|]<\*>)+/g, HOLE) : out;
}

/** The words of a masked text; after so many the rest does not count. */
export function tokensOf(masked: string): string[] {
  const tokens = masked.split(/\s+/, MOST_TOKENS + 1).filter((token) => token !== '');
  return tokens.slice(0, MOST_TOKENS);
}

const GRAVE = /\b(?:error|err|fatal|panic|critical|crit|emerg|alert|severe|fail(?:ed|ure|ing|s)?|exception|refused|denied|corrupt(?:ed|ion)?|oom\w*|outofmemory\w*|killed|deadlock|timed? ?out|timeout|unreachable|unavailable|segfault|traceback|abort(?:ed)?)\b|\w(?:Error|Exception)\b|\b5xx\b/i;

/** Whether a pattern speaks of trouble: one such line weighs as much as several others. */
export function isGrave(template: string): boolean {
  return GRAVE.test(template);
}

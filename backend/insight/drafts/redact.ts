/**
 * Takes out of texts what must not leave the house before a model reads them: secrets, names of people, e-mail addresses, IP addresses, names of inner
 * hosts, telephone numbers, other incidents. The same thing gets the same stand-in everywhere, so that sentences keep their sense; what is no
 * secret can be put back into what comes back. It rather takes out too much than too little. Pure.
 */
import { REMOVED_KINDS, type RemovedKind } from '#contract';

export interface Redactor {
  redact(text: string): string;
  /** Puts back what stands in the answer by its stand-in; secrets stay away. */
  restore(text: string): string;
  /** How many different things were taken out. */
  removed(): { kind: RemovedKind; count: number }[];
}

const WORDS: Readonly<Record<Exclude<RemovedKind, 'secret'>, string>> = { person: 'person', email: 'e-mail', address: 'address', host: 'host', phone: 'number', incident: 'incident' };

interface Rule {
  readonly kind: RemovedKind;
  readonly pattern: RegExp;
  /** The group that goes; all of it where there is none. */
  readonly group?: number;
}

const SECRET_NAME = String.raw`(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|credentials?|authorization|auth|session(?:id)?|cookie|signature|sig)`;

/** In this order: what is taken out first is not looked at again. */
const RULES: readonly Rule[] = [
  { kind: 'secret', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
  { kind: 'secret', pattern: /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?/g },
  { kind: 'secret', pattern: /\b(?:Bearer|Basic)\s+([A-Za-z0-9+/=._~-]{6,})/gi, group: 1 },
  // user:password@ of an address, or a token in its place
  { kind: 'secret', pattern: /:\/\/([^\s/@]+)@/g, group: 1 },
  { kind: 'secret', pattern: new RegExp(String.raw`(?<![A-Za-z0-9])[A-Za-z0-9_-]*${SECRET_NAME}["']?\s*(?::|=|\bis\b)\s*("[^"\n]*"|'[^'\n]*'|[^\s,;]+)`, 'gi'), group: 1 },
  // before tokens are looked for: a domain may begin like one, and what stands before it would stay
  { kind: 'email', pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu },
  { kind: 'secret', pattern: /\b(?:glsa|glc|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abeprs]|xapp|sk|pk|rk|hf|npm|pypi|dop_v1|shpat|whsec|AKIA|ASIA|AIza|SG|ya29)[-_.]?[A-Za-z0-9_.-]{10,}/g },
  { kind: 'secret', pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi },
  // long, with letters and digits: no word
  { kind: 'secret', pattern: /(?<![A-Za-z0-9+/_])(?=[A-Za-z+/_]*\d)(?=[\d+/_]*[A-Za-z])[A-Za-z0-9+/_]{24,}={0,2}/g },
  { kind: 'address', pattern: /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\/\d{1,2}|:\d{1,5})?(?![\d.]*\d)/g },
  { kind: 'address', pattern: /(?<![0-9A-Za-z:])(?:(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}|(?:[0-9a-f]{1,4}:){1,7}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4})(?![0-9A-Za-z:])/gi },
  { kind: 'host', pattern: /(?<![A-Za-z0-9.-])(?:[A-Za-z0-9-]+\.)+(?:internal|intern|local|localdomain|lan|corp|home|intranet|private|svc|arpa)(?![A-Za-z0-9-])/gi },
  { kind: 'phone', pattern: /(?<![\w.+])(?!\d{4}-\d{2}-\d{2})(?:\+|00|\(|0)?\d[\d ().\/-]{6,20}\d(?!\w)/g },
];

/** So many digits a telephone number has at least and at most. */
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 15;

function isPhone(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  return digits >= FEWEST_DIGITS && digits <= MOST_DIGITS && !/^\d{1,3}(?:[.,]\d{3})+$/.test(text);
}

const ESCAPED = /[.*+?^${}()|[\]\\]/g;
/** Parts of names shorter than that are words of any language. */
const SHORTEST_PART = 3;

/** Patterns of whole names, in any case, and of their parts as they are written. Names that mean something else here (services) stay. */
function nameRules(names: readonly string[], kept: readonly string[]): Rule[] {
  const spared = new Set(kept.map((name) => name.toLowerCase()));
  const usable = (name: string): boolean => name.length >= SHORTEST_PART && !spared.has(name.toLowerCase());
  const whole = [...new Set(names.map((name) => name.trim()))].filter(usable).sort((a, b) => b.length - a.length);
  const parts = [...new Set(whole.flatMap((name) => (name.includes(' ') ? name.split(/\s+/) : [])))].filter((part) => usable(part) && /^\p{Lu}/u.test(part));
  const any = (list: readonly string[]): string => list.map((name) => name.replaceAll(ESCAPED, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`)).join('|');
  return ([[whole, 'giu'], [parts, 'gu']] as const).flatMap(([list, flags]) => (list.length === 0 ? [] : [{ kind: 'person' as const, pattern: new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${any(list)})(?![\p{L}\p{N}])`, flags) }]));
}

/** Makes one for one request. `names`: of people who may be mentioned. `kept`: names of services, which are not taken for people. `own`: the incident that it is about. */
export function createRedactor({ names, kept, own }: { readonly names: readonly string[]; readonly kept: readonly string[]; readonly own: string }): Redactor {
  const rules: readonly Rule[] = [...RULES, ...nameRules(names, kept), { kind: 'incident', pattern: /\bINC-\d+\b/gi }];
  const standIns = new Map<string, string>();
  const counts = new Map<RemovedKind, number>();
  const seenSecrets = new Set<string>();

  function standInFor(kind: RemovedKind, found: string): string {
    if (kind === 'secret') {
      if (!seenSecrets.has(found)) counts.set('secret', (counts.get('secret') ?? 0) + 1);
      seenSecrets.add(found);
      return '[secret]';
    }
    const key = `${kind} ${found.toLowerCase()}`;
    const known = standIns.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const made = `[${WORDS[kind]} ${count}]`;
    standIns.set(key, made);
    originals.set(made, found);
    return made;
  }

  const originals = new Map<string, string>();
  /** Stand-ins are let alone: what is between them is looked at. */
  const STAND_IN = /(\[(?:secret|(?:person|e-mail|address|host|number|incident) \d+\])|\[secret\])/;

  function apply(rule: Rule, text: string): string {
    return text.split(STAND_IN).map((piece) => (STAND_IN.test(piece) ? piece : piece.replaceAll(rule.pattern, (...match: unknown[]) => {
      const [whole, inner] = match.map((part) => (typeof part === 'string' ? part : ''));
      const found = rule.group === undefined ? (whole ?? '') : (inner ?? '');
      if (found === '' || (rule.kind === 'incident' && found.toUpperCase() === own.toUpperCase()) || (rule.kind === 'phone' && !isPhone(found))) return whole ?? '';
      return (whole ?? '').replace(found, () => standInFor(rule.kind, found));
    }))).join('');
  }

  return {
    redact: (text) => rules.reduce((left, rule) => apply(rule, left), text),
    restore: (text) => text.replaceAll(/\[(?:person|e-mail|address|host|number|incident) \d+\]/g, (standIn) => originals.get(standIn) ?? standIn),
    removed: () => REMOVED_KINDS.flatMap((kind) => (counts.has(kind) ? [{ kind, count: counts.get(kind) ?? 0 }] : [])),
  };
}

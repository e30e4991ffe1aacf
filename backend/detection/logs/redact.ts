/** Lines of logs as they may be shown and kept: without what looks like a secret or a person's address, and not longer than is read. Pure. */

const SHOWN = 300;
const CUT = '…';
const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*/g, CUT],
  [/\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*/g, CUT],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, CUT],
  [/\b(?:gh[pousr]_|glpat-|glsa_|xox[abprs]-|sk-)[\w-]{10,}/g, CUT],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi, `$1${CUT}@`],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|token)\s+)?[^\s"',;]+/gi, `$1${CUT}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${CUT}`],
  [/((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|session(?:[_-]?id)?|cookie)["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi, `$1${CUT}`],
  [/[\w.+-]+(@[\w-]+\.[\w.-]+)/g, `${CUT}$1`],
  [/\b\d(?:[ -]?\d){12,18}\b/g, CUT],
];

/** The line with secrets cut. */
export function redacted(line: string): string {
  return RULES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}

/** The same, short enough to be shown as an example. */
export function exampleOf(line: string): string {
  const text = redacted(line.slice(0, 4 * SHOWN).toWellFormed()).replaceAll(/\s+/g, ' ').trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}${CUT}` : text;
}

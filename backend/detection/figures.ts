/** How often a detector was right, and whether that speaks for letting it alert. Pure. */

export interface Judged {
  readonly right: number;
  readonly wrong: number;
  readonly unjudged: number;
}

export interface Precision extends Judged {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Of a normal distribution, for 95 %. */
const Z = 1.96;

/** The share of right ones, with Wilson's interval (1927), which also holds for few. */
export function precisionOf({ right, wrong, unjudged }: Judged): Precision {
  const judged = right + wrong;
  if (judged === 0) return { right, wrong, unjudged, value: null, low: null, high: null };
  const share = right / judged;
  const scale = 1 + Z ** 2 / judged;
  const middle = (share + Z ** 2 / (2 * judged)) / scale;
  const reach = (Z / scale) * Math.sqrt((share * (1 - share)) / judged + Z ** 2 / (4 * judged ** 2));
  return { right, wrong, unjudged, value: share, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

export interface Watched {
  readonly weeks: number;
  readonly findings: number;
  readonly alarmsAWeek: number;
  readonly precision: Precision;
}

const LEAST_WEEKS = 1;
const LEAST_JUDGED = 5;
const LEAST_PRECISION = 0.7;

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: string[];
  readonly findingsAWeek: number | null;
  readonly wrongAWeek: number | null;
}

function perWeek(count: number, weeks: number): number | null {
  return weeks <= 0 ? null : count / Math.max(weeks, 1 / 7);
}

function shown(figure: number): string {
  return String(Number(figure.toFixed(figure >= 10 ? 0 : 1)));
}

function spanOf(weeks: number): string {
  const days = Math.floor(weeks * 7);
  if (days < 1) return 'less than a day';
  const [count, word] = days < 14 ? [days, 'day'] : [Math.floor(weeks), 'week'];
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Whether what is known speaks for alerting, with the reasons for and against. Nothing is held back by it: people decide. */
export function readinessOf({ weeks, findings, alarmsAWeek, precision }: Watched): Readiness {
  const findingsAWeek = perWeek(findings, weeks);
  const judged = precision.right + precision.wrong;
  // While none was judged, none is known to be wrong.
  const wrongAWeek = judged === 0 && findings > 0 ? null : perWeek(precision.wrong, weeks);
  const against: string[] = [];
  const speaksFor: string[] = [];
  if (weeks < LEAST_WEEKS) against.push(`It has watched for ${spanOf(weeks)}; a week shows each hour and day once.`);
  else speaksFor.push(`It has watched for ${spanOf(weeks)}.`);
  if (findings > 0 && judged < Math.min(LEAST_JUDGED, findings)) against.push(`${judged} of ${findings} findings were judged; judge ${Math.min(LEAST_JUDGED, findings)} at least.`);
  if (precision.value !== null) {
    const said = `${precision.right} of ${judged} judged findings were right (${Math.round(precision.value * 100)} %, 95 %: ${Math.round((precision.low ?? 0) * 100)} to ${Math.round((precision.high ?? 1) * 100)} %).`;
    (precision.value >= LEAST_PRECISION ? speaksFor : against).push(said);
  }
  if (wrongAWeek !== null && weeks >= LEAST_WEEKS && judged > 0) {
    (wrongAWeek <= alarmsAWeek ? speaksFor : against).push(`${shown(wrongAWeek)} a week were wrong; it may have ${shown(alarmsAWeek)}.`);
  }
  if (findings === 0) speaksFor.push('It found nothing, so nobody would have been called without need; nor is it known that it finds what matters.');
  return { ready: against.length === 0, reasons: [...against, ...speaksFor], findingsAWeek, wrongAWeek };
}

/** Detectors: what watches a series for the unusual, what it found, and how often it was right. */
import { z } from 'zod';
import { alertId, instant, labels, page, pageQuery, severity, sourceId } from './primitives.ts';
import { jsonValue } from './runbooks/values.ts';

const serial = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the number of a detector');
export const detectorId = serial.brand<'DetectorId'>();
export type DetectorId = z.infer<typeof detectorId>;
export const findingId = serial.brand<'FindingId'>();
export type FindingId = z.infer<typeof findingId>;

/** Alerts of detectors stand under this source; nobody else may send as it. */
export const DETECTOR_SOURCE = sourceId.parse('muster-detectors');

/** It learns from the past, then says what it would have alerted, then alerts. */
export const DETECTOR_STATES = ['train', 'shadow', 'active'] as const;
export const detectorState = z.enum(DETECTOR_STATES).meta({ id: 'DetectorState' });
export type DetectorState = z.infer<typeof detectorState>;

const webAddress = z.string().trim().max(2_000).regex(/^https?:\/\/\S+$/i, 'must begin with http:// or https://');

const MOST_QUERY_CHARACTERS = 20_000;

/** Where the values, or lines, come from. Every series that the query gives is watched by itself. */
export const detectorQuery = z.discriminatedUnion('kind', [
  /** PromQL at the address of a Prometheus (or what speaks its API), without `/api/v1`. */
  z.strictObject({ kind: z.literal('prometheus'), url: webAddress, expr: z.string().trim().min(1).max(10_000) }),
  /** A query as the data source takes it, asked through Grafana. */
  z.strictObject({
    kind: z.literal('grafana'), datasource: z.string().trim().min(1).max(200),
    query: z.record(z.string().min(1).max(200), jsonValue).refine((query) => Object.keys(query).length > 0, 'must not be empty')
      .refine((query) => JSON.stringify(query).length <= MOST_QUERY_CHARACTERS, `must be at most ${MOST_QUERY_CHARACTERS} characters of JSON`),
  }),
  /** How many alerts begin in each step, by what they are counted. */
  z.strictObject({ kind: z.literal('alerts'), by: z.enum(['rule', 'service', 'source']) }),
  /** LogQL that gives lines, whose patterns are watched: at the address of a Loki, without `/loki/api/v1`, or of a data source by its UID, through Grafana. */
  z.strictObject({
    kind: z.literal('loki'),
    from: z.union([z.strictObject({ url: webAddress }), z.strictObject({ datasource: z.string().trim().min(1).max(200) })]),
    expr: z.string().trim().min(1).max(10_000),
    /** Patterns are told apart by this label of the streams, too; null: they are not. */
    by: z.string().trim().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'is not the name of a label').nullable().default(null),
  }),
]).meta({ id: 'DetectorQuery' });
export type DetectorQuery = z.infer<typeof detectorQuery>;

export const detectorDirection = z.enum(['both', 'above', 'below']);
export type DetectorDirection = z.infer<typeof detectorDirection>;

/** Time from one value to the next. */
export const detectorStepSeconds = z.number().int().min(10).max(3_600).default(60);

/** A limit: trouble is above it, or below. */
export const detectorThreshold = z.strictObject({ value: z.number(), side: z.enum(['above', 'below']) }).meta({ id: 'DetectorThreshold' });
export type DetectorThreshold = z.infer<typeof detectorThreshold>;

/** `2026-05-14`, or `12-25` for each year. */
const MOST_HOLIDAYS = 400;
const holiday = z.string().regex(/^(?:\d{4}-)?\d{2}-\d{2}$/, 'must be a day like 2026-05-14, or 12-25 for each year').refine((text) => {
  // A year with 29 days in February stands for those that are not named.
  const date = text.length === 5 ? `2024-${text}` : text;
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}, 'is not a day of the calendar');
const detectorTimeZone = z.string().trim().max(60).refine((value) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).format(0) !== '';
  } catch {
    return false;
  }
}, 'must be a time zone like Europe/Berlin');

const calendarAddress = z.string().trim().max(1_000).regex(/^(?:https?|webcals?):\/\/\S+$/i, 'must begin with https://, http:// or webcal://');
/** What a new detector may have, and what `muster detect` and the benchmarks reckon with: mostly far fewer come (docs/benchmarks.md). */
export const DEFAULT_ALARMS_A_WEEK = 7;

const watching = {
  query: detectorQuery,
  stepSeconds: detectorStepSeconds,
  /** Which way a value must be off. */
  direction: detectorDirection.default('both'),
  /** At most so many false alarms a week, of all its series together. */
  alarmsAWeek: z.number().min(0.1).max(50).default(DEFAULT_ALARMS_A_WEEK),
  /** By whose clock hours and days of the week are usual. Patterns of logs depend on none of these three, nor on a direction or a limit, and do not take them. */
  timeZone: detectorTimeZone.default('UTC'),
  /** Days that are like Sundays, by that clock. */
  holidays: z.array(holiday).max(MOST_HOLIDAYS, `holds more than ${MOST_HOLIDAYS} days`).default([]),
  /** Address of an iCalendar whose all-day events are such days, too; null: none. */
  holidayCalendar: calendarAddress.nullable().default(null),
};

export const detectorBody = z.object({
  name: z.string().trim().min(3).max(200),
  description: z.string().trim().max(2_000).default(''),
  ...watching,
  /** When its series will cross this is forecast; null: it is not asked. */
  threshold: detectorThreshold.nullable().default(null),
  /** Service of its alerts; null: what the labels of the series say. */
  service: z.string().trim().min(1).max(200).nullable().default(null),
  severity: severity.default('sev3'),
  /** Further labels of its alerts, over those of the series. */
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'is not the name of a label'), z.string().max(500)).default({}).refine((given) => Object.keys(given).length <= 20, 'holds more than 20 labels'),
  /** Shown with its alerts: dashboards, runbooks. */
  links: z.array(z.strictObject({ title: z.string().trim().min(1).max(100), url: webAddress })).max(10).default([]),
}).meta({ id: 'DetectorBody' });
export type DetectorBody = z.infer<typeof detectorBody>;

/** How sure a share is: the right ones of those that were judged, with the 95 % interval. */
export const detectorPrecision = z.object({
  right: z.number().int(), wrong: z.number().int(), unjudged: z.number().int(),
  /** Null while nothing was judged. */
  value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(),
}).meta({ id: 'DetectorPrecision' });
export type DetectorPrecision = z.infer<typeof detectorPrecision>;

/** When it put itself to shadow, and why. */
export const detectorSelfShadow = z.object({ at: instant, reason: z.string() }).meta({ id: 'DetectorSelfShadow' });
export type DetectorSelfShadow = z.infer<typeof detectorSelfShadow>;

/** How it goes with a detector's calendar of holidays. */
export const detectorCalendar = z.object({
  /** When it was read well last; null: never yet. What was read then still counts when it cannot be read. */
  readAt: instant.nullable(),
  /** How many days it names from a month ago until a year from now, and the next of them. */
  days: z.number().int(), next: z.string().nullable(),
  /** Since when it cannot be read, and why; null: it can. */
  failedSince: instant.nullable(), failure: z.string().nullable(),
}).meta({ id: 'DetectorCalendar' });
export type DetectorCalendar = z.infer<typeof detectorCalendar>;

export const detectorHealth = z.object({
  /** `silent`: the query works, and gives no values. `late`: nobody has looked for a while. */
  status: z.enum(['ok', 'training', 'failing', 'silent', 'late']),
  /** What went wrong the last time. */
  error: z.string().nullable(),
  since: instant.nullable(),
  /** Null where it follows none. */
  calendar: detectorCalendar.nullable(),
}).meta({ id: 'DetectorHealth' });
export type DetectorHealth = z.infer<typeof detectorHealth>;

export const detector = detectorBody.extend({
  id: detectorId,
  state: detectorState, stateSince: instant,
  /** Null where it did not put itself to shadow, or somebody let it alert since. */
  selfShadow: detectorSelfShadow.nullable(),
  /** Of the training, 0..1; null when it is over. */
  trained: z.number().min(0).max(1).nullable(),
  health: detectorHealth,
  /** Watched at the last look. */
  series: z.number().int(),
  /** Up to when values have been looked at. */
  evaluatedTo: instant,
  /** Of logs: steps since it began to learn of which only the first lines count, for there were more than are read; and the end of the last one. */
  cut: z.object({ steps: z.number().int(), lastAt: instant.nullable() }),
  /** One look, on average: asking and reckoning in milliseconds; what is kept of all series. */
  cost: z.object({ queryMs: z.number(), computeMs: z.number(), stateBytes: z.number().int() }),
  findings: z.number().int(), openFindings: z.number().int(), lastFoundAt: instant.nullable(),
  precision: detectorPrecision,
  createdAt: instant, createdBy: z.string(),
  /** What `detectors.yaml` calls it, which alone changes it; null: it was made on the page. */
  provisionedAs: z.string().nullable(),
  version: z.number().int(),
}).meta({ id: 'Detector' });
export type Detector = z.infer<typeof detector>;
export const detectorPage = page(detector).meta({ id: 'DetectorPage' });

export const detectorStateBody = z.object({ state: detectorState });

export const detectorBand = z.object({ low: z.number(), mid: z.number(), high: z.number() }).meta({ id: 'DetectorBand' });
/** How surprising each view found the value; an anomaly is what two of them agree on. */
export const detectorViews = z.object({ point: z.number(), sustained: z.number(), level: z.number(), shape: z.number(), drift: z.number() }).meta({ id: 'DetectorViews' });
export type DetectorViews = z.infer<typeof detectorViews>;

/** A pattern of log lines: its words, with `<*>` where they vary. Secrets are cut from it and from the example. */
export const logPattern = z.object({
  /** `new`: it was never seen; `rate`: it is known, and came more often than it does. */
  kind: z.enum(['new', 'rate']),
  template: z.string(), example: z.string(),
  /** Since the finding began. */
  lines: z.number().int(),
  /** The first line of it that was ever seen, and the newest. */
  firstAt: instant, lastAt: instant,
  /** Its lines in Explore; null where Loki is not asked through Grafana. */
  explore: z.string().nullable(),
}).meta({ id: 'LogPattern' });
export type LogPattern = z.infer<typeof logPattern>;

export const findingVerdict = z.enum(['right', 'wrong']);
export type FindingVerdict = z.infer<typeof findingVerdict>;

export const detectorFinding = z.object({
  id: findingId, detector: detectorId, name: z.string(),
  /** What the detector was then: in shadow it alerted nobody. */
  mode: z.enum(['shadow', 'active']),
  labels,
  startsAt: instant,
  /** When it was back in the band; null while it is not. */
  endsAt: instant.nullable(),
  /** The value that began it, what was expected instead, how sure (0.5..1), and by which views. */
  value: z.number(), expected: detectorBand.nullable(), score: z.number(), views: detectorViews,
  /** Of a finding in logs: which pattern; null where a series was watched. */
  pattern: logPattern.nullable(),
  verdict: findingVerdict.nullable(), judgedBy: z.string().nullable(), judgedAt: instant.nullable(),
  /** The alert that it became; null in shadow. */
  alert: alertId.nullable(),
}).meta({ id: 'DetectorFinding' });
export type DetectorFinding = z.infer<typeof detectorFinding>;
export const detectorFindingPage = page(detectorFinding).meta({ id: 'DetectorFindingPage' });
export const detectorFindingQuery = pageQuery.extend({ detector: detectorId.optional(), verdict: z.enum(['any', 'none', 'right', 'wrong']).default('any') });
export const judgeFindingBody = z.object({ verdict: findingVerdict.nullable() });

/** What is looked back on, and how much of it is shown: how it would have done, without keeping anything. It learns from as much of the past as a detector does. */
export const detectorPreviewBody = z.object({ ...watching, days: z.number().int().min(1).max(28).default(28) }).meta({ id: 'DetectorPreviewBody' });
export type DetectorPreviewBody = z.infer<typeof detectorPreviewBody>;
export const detectorChartQuery = z.object({ days: z.coerce.number().int().min(1).max(28).default(7) });

export const previewFinding = z.object({ startsAt: instant, endsAt: instant.nullable(), value: z.number(), score: z.number(), pattern: logPattern.nullable() }).meta({ id: 'DetectorPreviewFinding' });
export const previewSeries = z.object({
  labels,
  /** Epoch milliseconds; the arrays belong together, place by place. Of each stretch the most surprising value stands. */
  times: z.array(z.number()), values: z.array(z.number().nullable()), low: z.array(z.number().nullable()), high: z.array(z.number().nullable()),
  findings: z.array(previewFinding),
}).meta({ id: 'DetectorPreviewSeries' });
export type PreviewSeries = z.infer<typeof previewSeries>;
export const detectorPreview = z.object({
  from: instant, to: instant,
  /** The first ones; `seriesTotal` says how many there are. */
  series: z.array(previewSeries), seriesTotal: z.number().int(),
  /** Findings a week of the series shown, from `countedFrom` on: what is shown, but for the time in which it learned; null: that is too short. */
  findingsAWeek: z.number().nullable(), countedFrom: instant,
  /** Values, or lines. */
  points: z.number().int(), queryMs: z.number(), computeMs: z.number(),
}).meta({ id: 'DetectorPreview' });
export type DetectorPreview = z.infer<typeof detectorPreview>;

/** How it has done since it left training, and whether it can be relied on. */
export const detectorReport = z.object({
  detector: detectorId, state: detectorState,
  since: instant, weeks: z.number(),
  findings: z.number().int(), findingsAWeek: z.number().nullable(),
  /** Those judged wrong a week, against what it may have. */
  wrongAWeek: z.number().nullable(), alarmsAWeek: z.number(),
  precision: detectorPrecision,
  /** Whether what is known speaks for alerting, and why, in sentences. */
  ready: z.boolean(), reasons: z.array(z.string()),
}).meta({ id: 'DetectorReport' });
export type DetectorReport = z.infer<typeof detectorReport>;

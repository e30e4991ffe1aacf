/** Noise control: rules that hold alerts back, what they hold back now, and how noisy each alert rule is. */
import { z } from 'zod';
import { actor, alertId, incidentNumber, instant, page, pageQuery, severity, sourceId } from './primitives.ts';

export const MATCHER_OPERATORS = ['=', '!=', '=~', '!~'] as const;
/** One demand on a label, as Alertmanager has it: patterns (RE2) must fit the whole value, a missing label is empty. */
export const labelMatcher = z.object({
  name: z.string().trim().min(1).max(200),
  operator: z.enum(MATCHER_OPERATORS),
  value: z.string().max(1000),
}).meta({ id: 'LabelMatcher' });
export type LabelMatcher = z.infer<typeof labelMatcher>;

const names = z.array(z.string().trim().min(1).max(200)).max(100);

/** Which alerts are meant. All parts that are given must hold; a scope without any part means every alert. */
export const alertScope = z.object({
  services: names.default([]),
  environments: names.default([]),
  matchers: z.array(labelMatcher).max(50).default([]),
  /** CEL over name, summary, severity, rank (1 to 5), service, team, environment, cluster, source, labels. */
  condition: z.string().trim().min(1).max(2000).nullable().default(null),
}).meta({ id: 'AlertScope' });
export type AlertScope = z.infer<typeof alertScope>;

const ruleBase = { name: z.string().trim().min(1).max(200), enabled: z.boolean().default(true), scope: alertScope };
const ruleSeconds = z.number().int().min(1).max(86_400);

export const noiseRuleBody = z.discriminatedUnion('kind', [
  /** Matching alerts are stored and counted, and nothing is done about them. */
  z.object({
    ...ruleBase, kind: z.literal('suppression'),
    reason: z.string().trim().min(3).max(500),
    /** More hidden sev1 alerts than this within 24 hours raise a warning. */
    warnSev1Above: z.number().int().min(0).max(100_000).default(0),
    expiresAt: instant.nullable().default(null),
  }),
  /** Matching alerts wait for so long; one that is over by then is never acted on. */
  z.object({ ...ruleBase, kind: z.literal('hold'), seconds: z.number().int().min(1).max(3600), includeSev1: z.boolean().default(false) }),
  /** Matching alerts wait until `count` of them began within `withinSeconds`, both ends included. */
  z.object({
    ...ruleBase, kind: z.literal('threshold'), count: z.number().int().min(2).max(1000), withinSeconds: ruleSeconds,
    /** Labels or fields that are counted apart; none: each alert by itself. */
    groupBy: names.default([]),
  }),
  /** Matching alerts are explained by another one that fires: by labels that are equal, or by what their service depends on. */
  z.object({
    ...ruleBase, kind: z.literal('inhibition'), form: z.enum(['matchers', 'topology']), source: alertScope,
    /** Labels or fields that source and target must have alike. */
    equal: names.default([]),
    /** How far a dependency may be away. */
    maxHops: z.number().int().min(1).max(5).default(3),
  }),
  /** An alert that changes its state more than `changes` times within `withinSeconds` is held until it was stable for `stableSeconds`. */
  z.object({ ...ruleBase, kind: z.literal('flapping'), changes: z.number().int().min(2).max(1000), withinSeconds: ruleSeconds, stableSeconds: ruleSeconds }),
]).meta({ id: 'NoiseRuleBody' });
export type NoiseRuleBody = z.infer<typeof noiseRuleBody>;
export const NOISE_RULE_KINDS = ['suppression', 'hold', 'threshold', 'inhibition', 'flapping'] as const;
export type NoiseRuleKind = (typeof NOISE_RULE_KINDS)[number];

export const noiseRule = z.object({
  id: z.string(),
  rule: noiseRuleBody,
  version: z.number().int(),
  updatedAt: instant,
  updatedBy: actor,
  /** What it has held back in the last 24 hours. */
  heldBack: z.object({ alerts: z.number().int(), sev1: z.number().int() }),
  /** Said when it hides more than it should. */
  warning: z.string().nullable(),
}).meta({ id: 'NoiseRule' });
export type NoiseRule = z.infer<typeof noiseRule>;
export const noiseRulePage = page(noiseRule);
export const noiseRuleQuery = pageQuery.extend({ kind: z.enum(NOISE_RULE_KINDS).optional() });

/** Why an alert is held back. */
export const NOISE_VERDICTS = ['maintenance', 'silenced', 'suppressed', 'inhibited', 'flapping', 'below_threshold', 'held'] as const;
export const noiseVerdict = z.enum(NOISE_VERDICTS).meta({ id: 'NoiseVerdict' });
export type NoiseVerdict = z.infer<typeof noiseVerdict>;

export const heldBackAlert = z.object({
  alert: alertId,
  name: z.string(),
  summary: z.string(),
  severity,
  service: z.string().nullable(),
  environment: z.string().nullable(),
  source: sourceId,
  startsAt: instant,
  firing: z.boolean(),
  verdict: noiseVerdict,
  reason: z.string(),
  /** The rule, window or silence that did it. */
  cause: z.object({ id: z.string(), name: z.string() }),
  since: instant,
  /** When it is looked at again, where that is known. */
  until: instant.nullable(),
  /** `waiting`: held back now. `released`: given to correlation. `attached`: joined an incident as a symptom. `ended`: over before that. */
  outcome: z.enum(['waiting', 'released', 'attached', 'ended']),
  /** State changes that were counted, of a flapping alert. */
  changes: z.number().int().nullable(),
}).meta({ id: 'HeldBackAlert' });
export type HeldBackAlert = z.infer<typeof heldBackAlert>;
/** What noise control has to do with one alert. */
export const alertNoise = z.object({
  /** How it is or was held back; null: it never was. `explainedBy`: the alert whose symptom it is, or the episode before of a flapping one. */
  held: heldBackAlert.pick({ verdict: true, reason: true, cause: true, since: true, until: true, outcome: true, changes: true })
    .extend({ outcomeAt: instant.nullable(), explainedBy: z.object({ alert: alertId, name: z.string(), incident: incidentNumber.nullable() }).nullable() }).nullable(),
  /** What would hold it back if it began now; it has passed, so it stays where it is. */
  now: z.array(z.object({ verdict: noiseVerdict, reason: z.string(), cause: z.object({ id: z.string(), name: z.string() }), until: instant.nullable() })),
}).meta({ id: 'AlertNoise' });
export type AlertNoise = z.infer<typeof alertNoise>;
export const heldBackQuery = pageQuery.extend({
  verdict: noiseVerdict.optional(),
  outcome: z.enum(['waiting', 'all']).default('waiting'),
  cause: z.string().max(64).optional(),
});
export const heldBackPage = page(heldBackAlert).extend({
  /** Held back now, by verdict. */
  counts: z.record(noiseVerdict, z.number().int()),
}).meta({ id: 'HeldBackPage' });

export const noisePreviewBody = z.object({ scope: alertScope });
/** What a scope would have meant in the last 24 hours. */
export const noisePreview = z.object({
  matched: z.number().int(),
  sev1: z.number().int(),
  considered: z.number().int(),
  /** True when there were more alerts than were looked at. */
  cut: z.boolean(),
  byName: z.array(z.object({ name: z.string(), alerts: z.number().int() })),
  services: z.array(z.string()),
  warning: z.string().nullable(),
}).meta({ id: 'NoisePreview' });
export type NoisePreview = z.infer<typeof noisePreview>;

/** How noisy an alert rule of a source was. */
export const noiseScore = z.object({
  name: z.string(),
  source: sourceId,
  /** Alert episodes. */
  alerts: z.number().int(),
  /** Incidents that they were part of. */
  incidents: z.number().int(),
  /** Share of the ended ones that resolved by themselves in under five minutes; null while none has ended. */
  autoResolvedShare: z.number().nullable(),
  /** Share of the episodes in incidents that nobody acted on; null when none was in an incident. */
  noActionShare: z.number().nullable(),
  /** Episodes beyond the first one of the same alert within an hour. */
  flaps: z.number().int(),
  heldBack: z.number().int(),
  /** 0 (every alert mattered) to 100 (pure noise). */
  score: z.number().int(),
  /** The rule in Grafana, where the source said it. */
  ruleUrl: z.string().nullable(),
}).meta({ id: 'NoiseScore' });
export type NoiseScore = z.infer<typeof noiseScore>;
/** The noisiest first, or those with the most incidents, then alerts. */
export const NOISE_SCORE_ORDERS = ['score', 'incidents'] as const;
export type NoiseScoreOrder = (typeof NOISE_SCORE_ORDERS)[number];
export const noiseScoreQuery = pageQuery.extend({ days: z.coerce.number().int().min(1).max(30).default(7), order: z.enum(NOISE_SCORE_ORDERS).default('score') });
export const noiseScorePage = page(noiseScore).extend({ from: instant, to: instant, rules: z.number().int() });

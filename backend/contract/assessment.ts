/** What Muster makes of an incident: its probable cause, whom it hurts, how grave that is, and why it was declared or not. */
import { z } from 'zod';
import { instant, severity } from './primitives.ts';
import { contribution } from './reasons.ts';

export const incidentAssessment = z.object({
  /** How sure it is that the alerts share one cause and are no background, 0 to 1. */
  confidence: z.number(),
  /** When trouble began, by the alerts. */
  onsetAt: instant,
  /** Suspects for the cause, best first. */
  roots: z.array(z.object({ service: z.string(), score: z.number(), evidence: z.array(contribution) })),
  /** The change that probably caused it. */
  causeChangeId: z.string().nullable(),
  /** Diagnosis is in shadow: suspects and change are left out. */
  shadow: z.boolean().default(false),
}).meta({ id: 'IncidentAssessment' });
export type IncidentAssessment = z.infer<typeof incidentAssessment>;

/** What stands first on its board of causes. */
export const probableCause = z.object({
  /** The service, or the words of who added it. */
  text: z.string(),
  service: z.string().nullable(),
  /** 0 to 1; 1 where somebody confirmed it. */
  confidence: z.number(),
  confirmed: z.boolean(),
}).meta({ id: 'ProbableCause' });
export type ProbableCause = z.infer<typeof probableCause>;

export const BUSINESS_CRITICALITIES = ['critical', 'important', 'standard'] as const;
export const businessCriticality = z.enum(BUSINESS_CRITICALITIES);
export type BusinessCriticality = z.infer<typeof businessCriticality>;

export const affectedBusinessService = z.object({
  name: z.string(),
  criticality: businessCriticality,
  /** `affected`: one of its services has alerts. `at-risk`: one of them needs a service that has. */
  state: z.enum(['affected', 'at-risk']),
});

/** Whom and what it hurts, by the catalogue of this moment. Without a catalogue only the services are known. */
export const incidentImpact = z.object({
  /** Services with alerts. */
  affected: z.array(z.string()),
  /** Services that need an affected one, the nearest first. */
  atRisk: z.array(z.string()),
  businessServices: z.array(affectedBusinessService),
  regions: z.array(z.string()),
  clusters: z.array(z.string()),
  /** Users of the affected services at most; null when the catalogue names none. */
  users: z.number().nullable(),
  costPerMinute: z.number().nullable(),
  /** Cost per minute times the time since impact began, until it was removed. */
  runningCost: z.number().nullable(),
}).meta({ id: 'IncidentImpact' });
export type IncidentImpact = z.infer<typeof incidentImpact>;

/** Impact at a glance, for lists. */
export const impactSummary = incidentImpact.pick({ users: true, costPerMinute: true, runningCost: true }).extend({
  affected: z.number().int(),
  atRisk: z.number().int(),
  businessServices: z.array(z.string()),
});
export type ImpactSummary = z.infer<typeof impactSummary>;

/** 1 is the worst: extensive impact, critical urgency. */
export const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Level = z.infer<typeof level>;

/** How the computed severity came about. */
export const severityInputs = z.object({
  impact: level,
  impactReason: z.string(),
  urgency: level,
  urgencyReason: z.string(),
  /** What the matrix says for both. */
  severity,
  /** Set when the gravest alert bounds it. */
  boundReason: z.string().nullable(),
}).meta({ id: 'SeverityInputs' });
export type SeverityInputs = z.infer<typeof severityInputs>;

export const declareOutcome = z.enum(['ignore', 'propose', 'declare']);
export type DeclareOutcome = z.infer<typeof declareOutcome>;

/** What the declare policy made of it. */
export const declareDecision = z.object({
  outcome: declareOutcome,
  /** 0 to 1. */
  score: z.number(),
  contributions: z.array(contribution),
  reason: z.string(),
  /** The rule that decided; null when the score did. */
  rule: z.string().nullable(),
}).meta({ id: 'DeclareDecision' });
export type DeclareDecision = z.infer<typeof declareDecision>;

/** The blast radius as a graph. */
export const BLAST_STATES = ['origin', 'failing', 'degraded', 'at-risk'] as const;
export const blastState = z.enum(BLAST_STATES);
export type BlastState = z.infer<typeof blastState>;
export const blastRadius = z.object({
  nodes: z.array(z.object({
    service: z.string(),
    state: blastState,
    alertsFiring: z.number().int(),
    alertsTotal: z.number().int(),
    severity: severity.nullable(),
    /** Steps from the nearest affected service; 0 for those. */
    hops: z.number().int(),
    businessServices: z.array(z.string()),
  })),
  /** `from` needs `to`. */
  edges: z.array(z.object({ from: z.string(), to: z.string(), type: z.enum(['calls', 'runs-on', 'stores-in']) })),
  /** Set when services were left out: how many. */
  leftOut: z.number().int(),
}).meta({ id: 'BlastRadius' });
export type BlastRadius = z.infer<typeof blastRadius>;

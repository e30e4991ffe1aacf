/** States of an incident; transitions follow docs/decisions/0005. */
import { z } from 'zod';

export const INCIDENT_STATES = [
  'candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring', 'resolved',
  'in_review', 'closed', 'rejected', 'duplicate', 'cancelled',
] as const;
export const incidentState = z.enum(INCIDENT_STATES).meta({ id: 'IncidentState' });
export type IncidentState = z.infer<typeof incidentState>;

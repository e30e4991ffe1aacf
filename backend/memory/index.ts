/** Memory: which earlier incidents are like this one, why, and how unusual it is. */
export { createLargeMemory } from './blocks.ts';
export { createMemory, type IncidentDocument, type IncidentQuery, type Memory, type SimilarIncident } from './similar.ts';
export { unusualLabel, type EarlierIncident, type Unusual, type UnusualLabel } from './unusual.ts';

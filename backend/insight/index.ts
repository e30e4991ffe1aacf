/** What Muster makes of incidents beside grouping them: what was like them, what was changed before, why they came, what may come next. */
export type { DraftSources } from './drafts/draftRoutes.ts';
export { provisionModel } from './drafts/modelProvisioning.ts';
export { INSIGHT_SEALED_COLUMNS } from './drafts/modelStore.ts';
export { leadingCauses } from './causes/leadingCauses.ts';
export { createInsight, type Insight, type InsightOperation } from './insight.ts';

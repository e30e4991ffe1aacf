/** Runbooks: procedures that run themselves. */
export { createCatalogue, createFetchText, NO_FIGURES, type Catalogue, type CatalogueOperation, type CataloguePorts, type RunbookFigures } from './catalogue/index.ts';
export { createDryRunHandlers, previewOf, readIncidentScope, type DryRunOperation, type DryRunPorts, type Preview } from './dryRun/index.ts';
export { createAutomation, deleteRejection, preflightOf, writeRejection, type Automation, type AutomationOperation } from './automation/index.ts';
export { createDrills, type Drills, type DrillOperation } from './drills/index.ts';
export { countGrafanaSeries } from './kinds/grafanaQuery.ts';
export { inDrill } from './kinds/inDrill.ts';
export { createCommandKind } from './kinds/command.ts';
export { createKubernetesKind } from './kinds/kubernetes.ts';
export { holds } from './format/index.ts';
export { createEffectKinds, STEP_CALL_LIMITS, type AgentKind, type EffectKinds, type EffectPorts, type GivenKinds, type KindHandler, type KindHandlers } from './kinds/index.ts';
export { createRunbooks, type Runbooks, type RunbooksDeps } from './runbooks.ts';
export type { BasisOf } from './ports.ts';
export type { RunOperation, RunWorker, StartCommand } from './runs/index.ts';
export { RUNBOOK_SEALED_COLUMNS } from './secrets/index.ts';

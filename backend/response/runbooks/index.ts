/** Runbooks: procedures that run themselves. */
export { createCatalogue, createFetchText, NO_FIGURES, type Catalogue, type CatalogueOperation, type CataloguePorts, type RunbookFigures } from './catalogue/index.ts';
export { createDryRunHandlers, previewOf, readIncidentScope, type DryRunOperation, type DryRunPorts, type Preview } from './dryRun/index.ts';
export { RUNBOOK_SEALED_COLUMNS } from './secrets/index.ts';

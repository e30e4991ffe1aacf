/** The copy of the status page at Statuspage.io. */
export { createSyncHandlers } from './syncService.ts';
export { STATUSPAGE_SEALED_COLUMNS } from './syncStore.ts';
export { createSyncWatch, type SyncWatch } from './syncWatch.ts';

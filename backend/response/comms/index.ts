/** What is told of incidents: audiences, updates from draft to publication, and when the next one is due. */
export { toldOverChannel } from './channelUse.ts';
export { createProgramUpdates, type ProgramTold, type ProgramUpdate, type ProgramUpdates } from './byProgram.ts';
export { STATUSPAGE_SEALED_COLUMNS as COMMS_SEALED_COLUMNS } from './statuspageIo/index.ts';
export { addressOf, createPageKeeper, exportFiles, folderOf, type PageServer } from './statusPage/index.ts';
export { createComms, type Comms, type CommsDeps } from './comms.ts';
export type { CommsPorts, Recipient, SendOrder } from './ports.ts';
export type { CommsOperation } from './routes.ts';

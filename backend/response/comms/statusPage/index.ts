/** The status page: made ready in memory, sent by a listener of its own, and written to a folder. */
export { exportFiles } from './exportFiles.ts';
export { addressOf, createPageKeeper, folderOf, type PageKeeper } from './keeper.ts';
export { answerHtml, answerPlain, createPageListener, hashOfToken, startPageServer, type PageForms, type PageServer } from './pageServer.ts';
export { createPageService, type PageOperation, type PageService } from './pageService.ts';

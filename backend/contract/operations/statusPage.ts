/** Operations on the status page. */
import { z } from 'zod';
import { op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';
import {
  byLink, createdLink, createLinkBody, pageMaintenanceBody, pageMaintenance, pageMaintenancePage, pageSync, putPageSyncBody, putStatusPageBody, statusPage, statusPageLinkPage, statusPagePreview,
} from '../statusPage.ts';

export const statusPageOperations = {
  getStatusPage: op({ method: 'get', path: '/status-page', summary: 'What the status page shows, and to whom', tag: 'Communication', response: statusPage }),
  putStatusPage: op({ method: 'put', path: '/status-page', summary: 'Replace what it shows', tag: 'Communication', body: putStatusPageBody, response: statusPage, ifMatch: 'required' }),
  previewStatusPage: op({ method: 'get', path: '/status-page/preview', summary: 'The page as its readers see it, also while it is off or private', tag: 'Communication', response: statusPagePreview }),
  listStatusPageLinks: op({ method: 'get', path: '/status-page/links', summary: 'Links that open a private page', tag: 'Communication', query: pageQuery, response: statusPageLinkPage }),
  createStatusPageLink: op({
    method: 'post', path: '/status-page/links', summary: 'Make a link; it is shown once', tag: 'Communication', body: createLinkBody, response: createdLink, status: 201, shownOnce: true,
  }),
  revokeStatusPageLink: op({ method: 'delete', path: '/status-page/links/{id}', summary: 'Let a link open nothing more', tag: 'Communication', params: byLink, response: okBody }),
  listStatusMaintenance: op({ method: 'get', path: '/status-page/maintenance', summary: 'Planned maintenance on the page, the latest first', tag: 'Communication', query: pageQuery, response: pageMaintenancePage }),
  createStatusMaintenance: op({ method: 'post', path: '/status-page/maintenance', summary: 'Announce maintenance', tag: 'Communication', body: pageMaintenanceBody, response: pageMaintenance, status: 201 }),
  editStatusMaintenance: op({
    method: 'put', path: '/status-page/maintenance/{id}', summary: 'Change what is announced', tag: 'Communication', params: byLink, body: pageMaintenanceBody, response: pageMaintenance, ifMatch: 'required',
  }),
  deleteStatusMaintenance: op({ method: 'delete', path: '/status-page/maintenance/{id}', summary: 'Take an announcement off the page', tag: 'Communication', params: byLink, response: okBody }),
  getPageSync: op({ method: 'get', path: '/status-page/sync', summary: 'The copy of the page at Statuspage.io', tag: 'Communication', response: pageSync }),
  putPageSync: op({ method: 'put', path: '/status-page/sync', summary: 'Set which component there is which business service', tag: 'Communication', body: putPageSyncBody, response: pageSync, ifMatch: 'required' }),
  retryPageSync: op({ method: 'post', path: '/status-page/sync/retry', summary: 'Try again now what could not be carried over', tag: 'Communication', body: z.object({}), response: pageSync }),
} as const;

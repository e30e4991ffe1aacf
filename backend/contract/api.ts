/**
 * Every operation of the API: method, path, request and answer. Routing, validation, the OpenAPI
 * document, the plugin's client and the role table are all made from this table.
 */
import type { z } from 'zod';
import { LIFECYCLE_COMMANDS, type LifecycleCommand } from './incidents.ts';
import { accessOperations } from './operations/access.ts';
import { alertOperations } from './operations/alerts.ts';
import { backTestOperations } from './operations/backtests.ts';
import { commsOperations } from './operations/comms.ts';
import { correlationOperations } from './operations/correlation.ts';
import { detectorOperations } from './operations/detectors.ts';
import { drillOperations } from './operations/drills.ts';
import { grafanaOperations } from './operations/grafana.ts';
import { catalogOperations } from './operations/catalog.ts';
import { insightOperations } from './operations/insight.ts';
import { incidentOperations } from './operations/incidents.ts';
import { judgementOperations } from './operations/judgements.ts';
import { learningOperations } from './operations/learning.ts';
import { privacyOperations } from './operations/privacy.ts';
import { incidentSettingsOperations } from './operations/incidentSettings.ts';
import { noiseOperations } from './operations/noise.ts';
import { notificationOperations } from './operations/notifications.ts';
import { statusPageOperations } from './operations/statusPage.ts';
import { sourceOperations } from './operations/sources.ts';
import { runbookOperations } from './operations/runbooks.ts';
import { subscriptionOperations } from './operations/subscriptions.ts';
import { scheduleOperations } from './operations/schedules.ts';
import { systemOperations } from './operations/system.ts';
import { taskOperations } from './operations/tasks.ts';
import { clockOperations } from './operations/clocks.ts';
import { roleOperations } from './operations/roles.ts';
import { peopleOperations } from './operations/people.ts';
import { escalationOperations } from './operations/escalation.ts';
import { warRoomOperations } from './operations/warRooms.ts';

export type { Operation } from './operation.ts';

export const operations = {
  ...accessOperations,
  ...incidentOperations,
  ...privacyOperations,
  ...taskOperations,
  ...roleOperations,
  ...clockOperations,
  ...peopleOperations,
  ...escalationOperations,
  ...warRoomOperations,
  ...incidentSettingsOperations,
  ...alertOperations,
  ...sourceOperations,
  ...noiseOperations,
  ...correlationOperations,
  ...backTestOperations,
  ...detectorOperations,
  ...grafanaOperations,
  ...judgementOperations,
  ...learningOperations,
  ...catalogOperations,
  ...runbookOperations,
  ...drillOperations,
  ...commsOperations,
  ...notificationOperations,
  ...statusPageOperations,
  ...subscriptionOperations,
  ...scheduleOperations,
  ...insightOperations,
  ...systemOperations,
} as const;

export type OperationName = keyof typeof operations;
export const OPERATION_NAMES = Object.keys(operations).filter((name): name is OperationName => name in operations);

type SchemaOf<O, K extends string> = O extends { readonly [key in K]: infer S extends z.ZodType } ? S : never;
/** Parsed parts of a request, as the service sees them. */
export type RequestOf<N extends OperationName> = {
  params: [SchemaOf<(typeof operations)[N], 'params'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'params'>>;
  query: [SchemaOf<(typeof operations)[N], 'query'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'query'>>;
  body: [SchemaOf<(typeof operations)[N], 'body'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'body'>>;
};
/** Parts of a request as a caller writes them (defaults may be left out). */
export type CallOf<N extends OperationName> =
  & ([SchemaOf<(typeof operations)[N], 'params'>] extends [never] ? unknown : { params: z.input<SchemaOf<(typeof operations)[N], 'params'>> })
  & ([SchemaOf<(typeof operations)[N], 'query'>] extends [never] ? unknown : { query?: z.input<SchemaOf<(typeof operations)[N], 'query'>> })
  & ([SchemaOf<(typeof operations)[N], 'body'>] extends [never] ? unknown : { body: z.input<SchemaOf<(typeof operations)[N], 'body'>> });
export type ResponseOf<N extends OperationName> = z.output<(typeof operations)[N]['response']>;

/** The operation that carries out a lifecycle command. */
export const COMMAND_OPERATIONS = {
  promote: 'promoteIncident', reject: 'rejectIncident', acknowledge: 'acknowledgeIncident', identify: 'identifyIncident',
  'start-mitigation': 'startMitigation', mitigate: 'mitigateIncident', resolve: 'resolveIncident', review: 'reviewIncident',
  close: 'closeIncident', reopen: 'reopenIncident', cancel: 'cancelIncident',
} as const satisfies Record<LifecycleCommand, OperationName>;
export { LIFECYCLE_COMMANDS };

/** Taking over from Grafana OnCall: schedules, and escalation chains as policies. */
import { z } from 'zod';
import { escalationStep, policyId } from '../escalation.ts';
import { teamId } from './people.ts';
import { foreignPerson, importedPeople, importRemark } from './schedules.ts';

/** Lists as Grafana OnCall's public API gives them (`/api/v1/schedules`, `/on_call_shifts`, `/users`, …): a whole answer, or its `results`. */
const foreignList = z.union([z.array(z.unknown()).max(5000), z.object({ results: z.array(z.unknown()).max(5000) })]);
export const onCallImportBody = z.object({
  schedules: foreignList,
  onCallShifts: foreignList.default([]),
  users: foreignList.default([]),
  /** Teams that steps of chains call: they are found here by their names. */
  teams: foreignList.default([]),
  escalationChains: foreignList.default([]),
  escalationPolicies: foreignList.default([]),
  people: importedPeople,
  /** True: say what would come of it, and change nothing. */
  dryRun: z.boolean().default(false),
});
export type OnCallImportBody = z.infer<typeof onCallImportBody>;

export const IMPORT_FATES = ['new', 'changed', 'same', 'kept'] as const;
/** `same`: as it was taken over before. `kept`: one that is here already stays as it is; a remark says why. */
export const importFate = z.enum(IMPORT_FATES);
export type ImportFate = z.infer<typeof importFate>;

export const onCallImport = z.object({
  /** `schedule`: its id, which is the same each time, also before it is made. */
  schedules: z.array(z.object({ name: z.string(), layers: z.int(), overrides: z.int(), schedule: z.string(), fate: importFate })),
  /** Chains. A policy that was changed gets its name, steps and repetitions from OnCall again; when it starts, the role and the rest stay. */
  policies: z.array(z.object({ id: policyId, name: z.string(), steps: z.array(escalationStep), repeat: z.int(), fate: importFate })),
  /** Of people who take turns in a chain; a policy calls the next of a team. */
  teams: z.array(z.object({ id: teamId, name: z.string(), members: z.int(), fate: importFate })),
  people: z.array(foreignPerson),
  /** What was not carried over, or not as it was. */
  remarks: z.array(importRemark),
}).meta({ id: 'OnCallImport' });
export type OnCallImport = z.infer<typeof onCallImport>;

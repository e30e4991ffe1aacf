/** The live board of an incident: who was called when over what, and who answered. */
import { incidentNumber, type Escalation, type IncidentNumber, type Mobilisation, type OrgId, type UserKey, type UserRef } from '#contract';
import { findFamily } from '../../incidents/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { isCommandWatch } from './commandWatch.ts';
import { selectEscalations } from './escalationStore.ts';
import { selectPages } from './pageStore.ts';
import { selectVersions } from './policyStore.ts';
import type { EscalationPorts } from './ports.ts';
import { stepText } from './wording.ts';

/** Reads the board; what was merged into the incident is on it. */
export async function readMobilisation(q: Queryable, ports: Pick<EscalationPorts, 'users'>, orgId: OrgId, number: IncidentNumber): Promise<Mobilisation> {
  const all = await selectEscalations(q, orgId, await findFamily(q, orgId, number));
  const pages = await selectPages(q, orgId, all.map(({ id }) => id));
  // Nobody was told anything by a watch that only watches.
  const runs = all.filter((run) => !isCommandWatch(run) || pages.some(({ escalation }) => escalation === run.id));
  const versions = await selectVersions(q, orgId, runs.flatMap(({ policy }) => (policy === null ? [] : [policy])));
  const keys = new Set<UserKey>([
    ...pages.flatMap(({ user }) => (user === null ? [] : [user])), ...runs.flatMap(({ answeredBy }) => (answeredBy === null ? [] : [answeredBy])),
    ...runs.flatMap(({ plan }) => plan.steps.flatMap((step) => (step.kind === 'user' ? [step.user] : []))),
  ]);
  const people: ReadonlyMap<string, UserRef> = await ports.users.find(orgId, [...keys]);
  const refOf = (key: UserKey): UserRef => people.get(key) ?? { key, login: key, name: key };
  return {
    incident: incidentNumber.parse(number),
    escalations: runs.map((run): Escalation => ({
      id: run.id, policy: run.policy === null ? null : { id: run.policy, name: run.plan.name }, name: run.plan.name, role: run.plan.role, state: run.state, cause: run.cause,
      steps: run.plan.steps.map((step) => stepText(step, (user) => people.get(user)?.name ?? user)), step: run.step, round: run.round, rounds: run.plan.repeat + 1,
      nextAt: run.nextAt?.toISOString() ?? null, policyChangedSince: run.policy !== null && versions.get(run.policy) !== run.policyVersion,
      answeredBy: run.answeredBy === null ? null : refOf(run.answeredBy), answeredAt: run.answeredAt?.toISOString() ?? null,
      startedAt: run.startedAt.toISOString(), startedBy: run.startedBy.name, endedAt: run.endedAt?.toISOString() ?? null, endReason: run.endReason,
      pages: pages.filter((page) => page.escalation === run.id).map((page) => ({
        id: page.id, kind: page.kind, user: page.user === null ? null : refOf(page.user), name: page.name, step: page.step, round: page.round, state: page.state, delivery: page.delivery, over: page.over,
        sentAt: page.sentAt.toISOString(), answeredAt: page.answeredAt?.toISOString() ?? null, answeredOver: page.answeredOver, note: page.note,
      })),
    })),
  };
}

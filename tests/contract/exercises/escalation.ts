/** Escalation policies, the mobilisation of an incident, and its roles. */
import type { escalationOperations } from '../../../backend/contract/operations/escalation.ts';
import type { clockOperations } from '../../../backend/contract/operations/clocks.ts';
import type { roleOperations } from '../../../backend/contract/operations/roles.ts';
import { policyId, roleOfferId, type Escalation, type EscalationPolicy, type IncidentNumber, type UserKey } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

async function policy({ must, name, viewer }: Stage): Promise<EscalationPolicy> {
  return must('createPolicy', { body: { id: policyId.parse(name()), name: 'On call', steps: [{ kind: 'user', user: viewer, waitSeconds: 60 }] } });
}

/** Somebody who can be paged: with an address that is proven, and no quiet hours. */
async function reachable({ muster }: Stage, user: UserKey): Promise<void> {
  await muster.database.db.query('delete from contact_settings where user_key = $1::text', [user]);
  await muster.database.db.query(
    `insert into contact_points (org_id, user_key, channel, address, consent_at, verified_at) values (1, $1::text, 'email', 'me@example.com', now(), now()) on conflict do nothing`, [user],
  );
}

async function self({ must }: Stage): Promise<UserKey> {
  return (await must('getMe')).user.key;
}

/** Pages the caller for a new incident. */
async function paged(stage: Stage): Promise<{ number: IncidentNumber; run: Escalation }> {
  const user = await self(stage);
  await reachable(stage, user);
  const { number } = await stage.incident();
  const { escalations: [run] } = await stage.must('pagePerson', { params: { number }, body: { user } });
  if (run === undefined) throw new Error('nothing runs');
  return { number, run };
}

export const escalationExercises: Exercises<keyof typeof escalationOperations | keyof typeof roleOperations | keyof typeof clockOperations> = {
  async listPolicies(stage) {
    await policy(stage);
    return { input: { query: { limit: 1 } } };
  },
  async createPolicy({ name, viewer }) {
    return {
      input: {
        body: {
          id: policyId.parse(name()), name: 'Everything', role: 'commander', starts: { severities: ['sev5'], condition: 'rank == 5' },
          steps: [
            { kind: 'condition', when: "'checkout' in services" }, { kind: 'user', user: viewer }, { kind: 'owner', pick: 'least_loaded' }, { kind: 'wait', seconds: 5 }, { kind: 'channel', channel: 'war-room' },
            { kind: 'webhook', channel: 'hooks', url: 'https://example.com/hook' }, { kind: 'schedule', schedule: 'primary', pick: 'round_robin' },
          ],
        },
      },
    };
  },
  async getPolicy(stage) {
    return { input: { params: { policy: (await policy(stage)).id } } };
  },
  async putPolicy(stage) {
    const seen = await policy(stage);
    return { input: { params: { policy: seen.id }, body: { name: 'Better said', steps: [{ kind: 'wait', seconds: 5 }] } }, headers: ifMatch(seen) };
  },
  async deletePolicy(stage) {
    const seen = await policy(stage);
    return { input: { params: { policy: seen.id } }, headers: ifMatch(seen) };
  },
  async getMobilisation(stage) {
    return { input: { params: { number: (await paged(stage)).number } } };
  },
  async startEscalation(stage) {
    const [{ number }, { id }] = [await stage.incident(), await policy(stage)];
    return { input: { params: { number }, body: { policy: id, reason: 'it grows' } } };
  },
  async pagePerson(stage) {
    const { number } = await stage.incident();
    return { input: { params: { number }, body: { user: stage.viewer } } };
  },
  async stopEscalation(stage) {
    return { input: { params: { id: (await paged(stage)).run.id }, body: {} } };
  },
  async answerPage(stage) {
    const [page] = (await paged(stage)).run.pages;
    if (page === undefined) throw new Error('no page');
    return { input: { params: { id: page.id }, body: { answer: 'accept' } } };
  },
  async listMyPages(stage) {
    await paged(stage);
    return { input: {} };
  },
  async getClockRules() {
    return { input: {} };
  },
  async putClockRules({ must }) {
    const { version, ...rules } = await must('getClockRules');
    return { input: { body: { ...rules, atRiskPercent: 75 } }, headers: ifMatch({ version }) };
  },
  async getIncidentClocks(stage) {
    return { input: { params: { number: (await stage.incident()).number } } };
  },
  async getIncidentRoles(stage) {
    const { number } = await stage.incident();
    await stage.must('assignRole', { params: { number, role: 'scribe' }, body: { user: stage.viewer } });
    return { input: { params: { number } } };
  },
  async assignRole(stage) {
    return { input: { params: { number: (await stage.incident()).number, role: 'network-lead' }, body: { user: stage.viewer } } };
  },
  async offerRole(stage) {
    return { input: { params: { number: (await stage.incident()).number }, body: { role: 'commander', to: stage.viewer, note: 'I have to go' } } };
  },
  async answerRoleOffer(stage) {
    const { number } = await stage.incident();
    const { roles } = await stage.must('offerRole', { params: { number }, body: { role: 'commander', to: await self(stage) } });
    const id = roles.flatMap(({ offer }) => (offer === null ? [] : [offer.id]))[0];
    return { input: { params: { id: roleOfferId.parse(id) }, body: { answer: 'accept' } } };
  },
};

/** On-call schedules: two people take turns by the week. */
import type { CallOf, Schedule, Swap, UserKey } from '../../../backend/contract/index.ts';
import type { scheduleOperations } from '../../../backend/contract/operations/schedules.ts';
import { ADA_ADMIN, ED_EDITOR, type TestUser } from '../../harness/grafana.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const SPAN = { startsAt: '2099-01-05T09:00:00Z', endsAt: '2099-01-06T09:00:00Z' };
const ICS = [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', 'BEGIN:VEVENT', 'UID:one@example.com', 'DTSTAMP:20260101T000000Z', 'DTSTART;TZID=Europe/Berlin:20260105T090000',
  'DTEND;TZID=Europe/Berlin:20260105T170000', 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'SUMMARY:nobody-of-here', 'END:VEVENT', 'END:VCALENDAR', '',
].join('\r\n');

/** A schedule on which one person is always on call. */
export function alwaysOn(name: string, ...users: readonly UserKey[]): CallOf<'createSchedule'>['body'] {
  return {
    name, timeZone: 'Europe/Berlin',
    layers: [{ kind: 'rotation', id: 'first', name: 'First', every: { count: 1, unit: 'weeks' }, startsOn: '2026-01-05', handOffAt: '09:00', slots: users.map((user) => [user]) }],
  };
}

async function keyOf({ muster }: Stage, user: TestUser): Promise<UserKey> {
  return (await muster.call(user, 'getMe')).body.user.key;
}

async function made(stage: Stage, user: TestUser = ADA_ADMIN): Promise<Schedule> {
  return stage.must('createSchedule', { body: alwaysOn(stage.name(), await keyOf(stage, user)) });
}

/** Asked by somebody else. */
async function asked(stage: Stage): Promise<Swap> {
  const { id } = await made(stage, ED_EDITOR);
  const answer = await stage.muster.call(ED_EDITOR, 'requestSwap', { params: { id }, body: { ...SPAN, asked: await keyOf(stage, ADA_ADMIN) } });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.problem));
  return answer.body;
}

export const scheduleExercises: Exercises<keyof typeof scheduleOperations> = {
  async listSchedules(stage) {
    await made(stage);
    return { input: {} };
  },
  createSchedule: async (stage) => ({ input: { body: alwaysOn(stage.name(), stage.viewer) } }),
  getSchedule: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  async putSchedule(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id }, body: alwaysOn('Better', stage.viewer) }, headers: ifMatch(seen) };
  },
  async deleteSchedule(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id } }, headers: ifMatch(seen) };
  },
  listShifts: async (stage) => ({ input: { params: { id: (await made(stage)).id }, query: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' } } }),
  previewShifts: async (stage) => ({ input: { body: { schedule: alwaysOn('New', stage.viewer), from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' } } }),
  async listOnCall(stage) {
    await made(stage);
    return { input: {} };
  },
  async listMyShifts(stage) {
    await made(stage);
    return { input: {} };
  },
  createOverride: async (stage) => ({ input: { params: { id: (await made(stage)).id }, body: { ...SPAN, users: [stage.viewer], reason: 'a day off' } } }),
  async deleteOverride(stage) {
    const { id } = await made(stage);
    const override = await stage.must('createOverride', { params: { id }, body: { ...SPAN, users: [stage.viewer] } });
    return { input: { params: { id, override: override.id } } };
  },
  async listSwaps(stage) {
    await asked(stage);
    return { input: { query: { whose: 'mine' } } };
  },
  requestSwap: async (stage) => ({ input: { params: { id: (await made(stage)).id }, body: { ...SPAN, asked: stage.viewer, message: 'please' } } }),
  async acceptSwap(stage) {
    const seen = await asked(stage);
    return { input: { params: { id: seen.id }, body: { answer: 'gladly' } }, headers: ifMatch(seen) };
  },
  async declineSwap(stage) {
    const seen = await asked(stage);
    return { input: { params: { id: seen.id }, body: {} }, headers: ifMatch(seen) };
  },
  async withdrawSwap(stage) {
    const seen = await asked(stage);
    return { input: { params: { id: seen.id }, body: {} }, headers: ifMatch(seen) };
  },
  async getHandOver(stage) {
    const { id } = await made(stage);
    await stage.must('writeHandOver', { params: { id }, body: { text: 'All quiet' } });
    return { input: { params: { id } } };
  },
  writeHandOver: async (stage) => ({ input: { params: { id: (await made(stage)).id }, body: { text: 'All quiet' } } }),
  getScheduleFeed: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  renewScheduleFeed: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  async importCalendar(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id }, body: { layerName: 'Holidays', text: ICS, people: { 'nobody-of-here': stage.viewer } } }, headers: ifMatch(seen) };
  },
  importOnCall: (stage) => Promise.resolve({
    input: {
      body: {
        schedules: [{ id: 'S1', name: `Primary ${stage.name()}`, type: 'web', team_id: null, time_zone: 'Europe/Berlin', shifts: ['H1'] }],
        onCallShifts: { results: [{ id: 'H1', type: 'rolling_users', level: 0, start: '2026-01-05T09:00:00', duration: 604_800, frequency: 'weekly', interval: 1, rolling_users: [['U1']] }] },
        users: [{ id: 'U1', username: 'somebody', email: 'somebody@example.com' }], people: { U1: stage.viewer },
        teams: [{ id: 'T1', name: 'Stock' }], escalationChains: [{ id: 'F1', name: `Default ${stage.name()}`, team_id: null }],
        escalationPolicies: [
          { id: 'E1', escalation_chain_id: 'F1', position: 0, type: 'notify_on_call_from_schedule', notify_on_call_from_schedule: 'S1', important: false }, { id: 'E2', escalation_chain_id: 'F1', position: 1, type: 'wait', duration: 300 },
          { id: 'E3', escalation_chain_id: 'F1', position: 2, type: 'resolve' },
        ],
      },
    },
  }),
};

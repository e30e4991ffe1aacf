import { orgId, incidentNumber } from '#contract';
import { createSimulatedClock } from '../../../platform/clock.ts';
import { createLogger } from '../../../platform/logger.ts';
import type { Caller } from '../../../platform/http/route.ts';
import { ANSWER_WITHIN_MS, createInbound } from './inbound.ts';
import type { ChatChannel } from './ports.ts';

const ORG = orgId.parse(1);
const channel: ChatChannel = { orgId: ORG, id: 'ops', kind: 'slack', config: {}, secrets: {} };
const caller: Caller = { kind: 'user', orgId: ORG, userKey: null, login: 'ed', name: 'Ed', role: 'responder', derivedRole: 'responder', seesPrivate: false, actor: { kind: 'user', key: 'user:ed', name: 'Ed' }, expiresAt: new Date(0) };

test('cap 93: a command that takes longer than chats wait is answered in time, and goes on', async () => {
  const clock = createSimulatedClock(0);
  const work = Promise.withResolvers<string>();
  const nothing = () => Promise.reject(new Error('not asked'));
  const inbound = createInbound({
    clock, logger: createLogger({ level: 'silent' }), people: { identify: () => Promise.resolve({ kind: 'caller', caller }), find: nothing },
    rooms: { open: nothing, list: nothing, incidentOf: () => Promise.resolve(incidentNumber.parse(7)) }, dispatch: () => work.promise,
    ports: { channel: nothing, channels: nothing, callerByEmail: nothing, callerByLogin: nothing, emailsOf: nothing, perform: nothing, incidentOfThread: nothing, callOut: nothing },
  });
  const said = { channel, workspace: null, conversation: 'C1', userId: 'U1', text: 'ack', key: 'k' };
  const slow = inbound.command(said);
  clock.advance(ANSWER_WITHIN_MS);
  expect(await slow).toContain('still at it');
  work.resolve('done');
  expect(await inbound.command(said)).toBe('done');
});

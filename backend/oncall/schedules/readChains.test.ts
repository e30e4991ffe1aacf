/** Grafana OnCall's escalation chains as policies: each type of step, what is between steps, and what is said of the rest. */
import { putPolicyBody, teamId, userKey, type EscalationStep } from '#contract';
import { readChains, type ChainLookups, type ReadChains } from './readChains.ts';

const ED = userKey.parse('user:ed');
const EVA = userKey.parse('user:eva');
const KEYS = new Map([['U1', ED], ['U2', EVA]]);
const HERE: ChainLookups = {
  keyOf: (id) => KEYS.get(id) ?? null,
  nameOf: (id) => (id === 'U9' ? 'zoe' : null),
  scheduleOf: (id) => (id === 'S1' ? 'oncall-s1' : null),
  teamOf: (id) => (id === 'T1' ? { name: 'Shop', here: teamId.parse('shop') } : id === 'T2' ? { name: 'Stock', here: null } : null),
  teamWith: () => null,
};

function read(steps: readonly object[], here: ChainLookups = HERE): ReadChains {
  return readChains({ escalationChains: [{ id: 'F1', name: 'Default', team_id: null }], escalationPolicies: steps.map((step, position) => ({ id: `E${position}`, escalation_chain_id: 'F1', position, ...step })) }, here);
}
const said = ({ remarks }: ReadChains): string[] => remarks.map(({ subject, message }) => `${subject}: ${message}`);
const stepsOf = ({ policies }: ReadChains): readonly EscalationStep[] => policies[0]?.body.steps ?? [];
const user = (key: typeof ED, waitSeconds: number): EscalationStep => ({ kind: 'user', user: key, waitSeconds });
const ONE = { type: 'notify_persons', persons_to_notify: ['U1'] };

describe('cap 145: a step that a policy can say', () => {
  test.each<[string, object, EscalationStep[]]>([
    ['persons', { type: 'notify_persons', persons_to_notify: ['U1', 'U2', 'U1'], important: false }, [user(ED, 0), user(EVA, 60)]],
    ['one person in turn', { type: 'notify_person_next_each_time', persons_to_notify_next_each_time: ['U2'] }, [user(EVA, 60)]],
    ['persons in turn', { type: 'notify_person_next_each_time', persons_to_notify_next_each_time: ['U1', 'U2'] }, [{ kind: 'team', team: teamId.parse('oncall-e0'), pick: 'round_robin', waitSeconds: 60 }]],
    ['a schedule', { type: 'notify_on_call_from_schedule', notify_on_call_from_schedule: 'S1' }, [{ kind: 'schedule', schedule: 'oncall-s1', pick: 'all', waitSeconds: 60 }]],
    ['a team', { type: 'notify_team_members', team_to_notify: 'T1' }, [{ kind: 'team', team: teamId.parse('shop'), pick: 'all', waitSeconds: 60 }]],
  ])('%s', (_name, step, expected) => {
    const chains = read([step, { type: 'wait', duration: 60 }]);
    expect([stepsOf(chains), said(chains)]).toEqual([expected, []]);
    expect(chains.policies[0]?.id).toBe('oncall-f1');
    expect(putPolicyBody.parse(chains.policies[0]?.body)).toEqual({ name: 'Default', description: 'Taken over from Grafana OnCall', role: null, steps: expected, repeat: 0, restHours: 0, silence: null, starts: null });
  });

  test('who take turns become a team, in their order, unless there is one of the same people', () => {
    const step = { type: 'notify_person_next_each_time', persons_to_notify_next_each_time: ['U2', 'U1'] };
    expect(read([step]).teams).toEqual([{ id: 'oncall-e0', name: 'Default, in turn', members: [EVA, ED] }]);
    const present = read([step], { ...HERE, teamWith: (members) => (members.length === 2 ? teamId.parse('pair') : null) });
    expect([present.teams, stepsOf(present)]).toEqual([[], [{ kind: 'team', team: 'pair', pick: 'round_robin', waitSeconds: 300 }]]);
  });

  test.each<[string, object[], EscalationStep[]]>([
    ['no wait at all: the last one is waited for', [ONE], [user(ED, 300)]],
    ['waits add up', [ONE, { type: 'wait', duration: 60 }, { type: 'wait', duration: '00:05:00' }], [user(ED, 360)]],
    ['a wait after what is left out belongs to whom was called before', [ONE, { type: 'wait', duration: 60 }, { type: 'notify_whole_channel' }, { type: 'wait', duration: 300 }], [user(ED, 360)]],
    ['waits before anybody is called', [{ type: 'wait', duration: 60 }, { type: 'wait', duration: 900 }, ONE], [{ kind: 'wait', seconds: 960 }, user(ED, 300)]],
    ['a day at most', [ONE, { type: 'wait', duration: 86_400 }, { type: 'wait', duration: 3600 }], [user(ED, 86_400)]],
    ['steps stand by position', [{ ...ONE, position: 7 }, { type: 'wait', duration: 60, position: 3 }], [{ kind: 'wait', seconds: 60 }, user(ED, 300)]],
    ['no length: five minutes, and it is said', [ONE, { type: 'wait' }], [user(ED, 300)]],
  ])('waits: %s', (_name, steps, expected) => {
    expect(stepsOf(read(steps))).toEqual(expected);
  });

  test('repetitions are those of the policy; what stood after them is said', () => {
    const [policy] = read([ONE, { type: 'wait', duration: 60 }, { type: 'repeat_escalation' }]).policies;
    expect(policy?.body).toMatchObject({ repeat: 5, steps: [user(ED, 60)] });
    expect(read([ONE, { type: 'repeat_escalation' }]).policies[0]?.body.steps).toEqual([user(ED, 0)]);
    const after = read([ONE, { type: 'repeat_escalation' }, { type: 'notify_persons', persons_to_notify: ['U2'] }]);
    expect(stepsOf(after)).toEqual([user(ED, 0), user(EVA, 0)]);
    expect(said(after)).toEqual([expect.stringMatching(/^Escalation chain Default, step 3: stood after the repetitions/)]);
  });
});

describe('cap 145: a step that a policy cannot say is named, with what to do', () => {
  test.each<[string, object, RegExp]>([
    ['user group', { type: 'notify_user_group', group_to_notify: 'G1' }, /step 1: calls the user group “G1” of Slack.*Settings, Teams/],
    ['whole channel', { type: 'notify_whole_channel' }, /step 1: calls everybody of a Slack channel.*under Channels/],
    ['webhook', { type: 'trigger_webhook', action_to_trigger: 'W1' }, /step 1: calls the webhook “W1”: left out. Add a channel of the kind webhook/],
    ['webhook, as it was called', { type: 'trigger_action', action_to_trigger: 'W2' }, /step 1: calls the webhook “W2”/],
    ['hours', { type: 'notify_if_time_from_to', notify_if_time_from: '09:00:00Z', notify_if_time_to: '18:00:00Z' }, /step 1: holds on until it is between 09:00 and 18:00 UTC.*at any hour.*quiet hours/],
    ['number of alerts', { type: 'notify_if_num_alerts_in_window', num_alerts_in_window: 5, num_minutes_in_window: 10 }, /step 1: holds on until more than 5 alerts came within 10 minutes.*called at once/],
    ['declare', { type: 'declare_incident' }, /step 1: declares an incident: left out, since a policy runs in an incident already/],
    ['nothing', { type: null }, /step 1: says not what it does/],
    ['unheard of', { type: 'create_calendar_invite' }, /step 1: is of the kind “create_calendar_invite”, which is not known here/],
    ['nobody', { type: 'notify_persons', persons_to_notify: [] }, /step 1: calls nobody/],
    ['an unknown person', { type: 'notify_persons', persons_to_notify: ['U9'] }, /step 1: nobody here is known as “zoe” \(U9\): left out.*open Muster once/],
    ['an unknown person in turn', { type: 'notify_person_next_each_time', persons_to_notify_next_each_time: ['U8'] }, /step 1: nobody here is known as “U8”: left out/],
    ['a schedule that was not given', { type: 'notify_on_call_from_schedule', notify_on_call_from_schedule: 'S9' }, /step 1: the schedule “S9” was not among those given.*under “schedules”/],
    ['no schedule', { type: 'notify_on_call_from_schedule', notify_on_call_from_schedule: null }, /step 1: names no schedule/],
    ['a team that is not here', { type: 'notify_team_members', team_to_notify: 'T2' }, /step 1: there is no team called “Stock” here.*Settings, Teams/],
    ['a team that was not given', { type: 'notify_team_members', team_to_notify: 'T9' }, /step 1: calls the members of the team “T9”, which was not among those given/],
  ])('%s', (_name, step, message) => {
    const chains = read([step, { ...ONE }]);
    expect(said(chains)).toEqual([expect.stringMatching(message)]);
    expect(stepsOf(chains)).toEqual([user(ED, 300)]);
    // Alone it makes no policy.
    const alone = read([step, { type: 'wait', duration: 60 }]);
    expect([alone.policies, said(alone).at(-1)]).toEqual([[], 'Escalation chain Default: nobody is left whom it could call: no policy is made']);
  });

  test('resolve ends a chain: what stands after it never came', () => {
    const chains = read([ONE, { type: 'resolve' }, { type: 'notify_persons', persons_to_notify: ['U2'] }]);
    expect(stepsOf(chains)).toEqual([user(ED, 300)]);
    expect(said(chains)).toEqual([expect.stringMatching(/step 2: resolves the alert group: left out/), 'Escalation chain Default: what stood after step 2 was never reached, since OnCall ends there: left out']);
  });

  test('what is important, teams, too many, chains and steps that do not fit together', () => {
    expect(said(read([{ ...ONE, important: true }, { ...ONE, important: true }]))).toEqual([expect.stringMatching(/^Escalation chain Default: steps 1, 2 called by the rules for what is important; here the severity/)]);
    const many = read(Array.from({ length: 51 }, () => ONE));
    expect([stepsOf(many).length, said(many)]).toEqual([50, [expect.stringMatching(/calls 51 times, and a policy has 50 steps at most/)]]);
    const odd = readChains({
      escalationChains: [{ id: 'F2', team_id: 'T1' }, { name: 'no id' }], escalationPolicies: [{ id: 'E1', escalation_chain_id: 'F2', position: 0, ...ONE }, { id: 'E2', escalation_chain_id: 'GONE', ...ONE }, { id: 'E3', escalation_chain_id: 'F2', duration: 'soon' }, { id: 'E1', escalation_chain_id: 'F2', position: 0, ...ONE }],
    }, HERE);
    expect(odd.policies).toMatchObject([{ id: 'oncall-f2', body: { name: 'Chain F2', steps: [user(ED, 300)] } }]);
    expect(said(odd)).toEqual([
      expect.stringMatching(/^escalation chain 2: could not be read/), expect.stringMatching(/^escalation policy 3: could not be read/),
      'Escalation chain “GONE”: was not among those given: its step was left out. Add it under “escalationChains”, and take over again', expect.stringMatching(/Chain F2: its team was not carried over/),
    ]);
    expect(said(read([]))).toEqual(['Escalation chain Default: has no steps among those given: no policy is made']);
    expect([...read([ONE, { type: 'notify_persons', persons_to_notify: ['U9'] }]).named]).toEqual(['U1', 'U9']);
  });
});

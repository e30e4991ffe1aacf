import { allowedCommand, checkKubernetes, invocationOf, kubernetesRule, RefusedError, toldOf } from './allowList.ts';

const RESTART = allowedCommand.parse({
  name: 'restart', program: '/usr/bin/systemctl', args: ['restart', '{{ service }}.service', '--lines={{lines}}', '{{ mode }}', '--now={{ now }}'], timeout: '30s',
  parameters: [
    { name: 'service', type: 'string', pattern: '[a-z][a-z0-9-]*' },
    { name: 'lines', type: 'number', min: 1, max: 100, default: 10 },
    { name: 'mode', type: 'choice', choices: ['fast', 'safe'], default: 'safe' },
    { name: 'now', type: 'boolean', default: false },
  ],
});

function argv(args: Record<string, string | number | boolean>): readonly string[] {
  return invocationOf([RESTART], 'restart', args).argv;
}

test('arguments are filled in one by one, with defaults', () => {
  expect(argv({ service: 'checkout' })).toEqual(['restart', 'checkout.service', '--lines=10', 'safe', '--now=false']);
  expect(argv({ service: 'checkout', lines: '25', mode: 'fast', now: 'true' })).toEqual(['restart', 'checkout.service', '--lines=25', 'fast', '--now=true']);
  expect(invocationOf([RESTART], 'restart', { service: 'checkout' })).toMatchObject({ program: '/usr/bin/systemctl', timeoutMs: 30_000 });
});

test.each<[Record<string, string | number | boolean>, string]>([
  [{}, 'the argument "service" is missing'],
  [{ service: 'checkout; reboot' }, 'does not look like'],
  [{ service: 'checkout\nreboot' }, 'does not look like'],
  [{ service: 'checkout\n' }, 'does not look like'],
  [{ service: '-rf' }, 'does not look like'],
  [{ service: '' }, 'does not look like'],
  [{ service: 'checkout\u0000' }, 'does not look like'],
  [{ service: 'checkout', lines: 101 }, 'from 1 to 100'],
  [{ service: 'checkout', lines: Number.NaN }, 'from 1 to 100'],
  [{ service: 'checkout', lines: '' }, 'from 1 to 100'],
  [{ service: 'checkout', lines: true }, 'from 1 to 100'],
  [{ service: 'checkout', mode: 'slow' }, 'one of fast, safe'],
  [{ service: 'checkout', now: 'yes' }, 'true or false'],
  [{ service: 'checkout', toString: 'x' }, 'takes no argument "toString"'],
])('%j is refused', (args, why) => {
  expect(() => argv(args)).toThrow(RefusedError);
  expect(() => argv(args)).toThrow(why);
});

test('a value that looks like a template is a value', () => {
  const echo = allowedCommand.parse({ name: 'echo', program: 'echo', args: ['{{ a }}{{ b }}'], parameters: [{ name: 'a', type: 'string', pattern: '.*' }, { name: 'b', type: 'string', pattern: '.*' }] });
  expect(invocationOf([echo], 'echo', { a: '{{ b }}', b: '$&' }).argv).toEqual(['{{ b }}$&']);
});

test('a command that names what it does not have, or a pattern that is none, is a fault of the file', () => {
  const base = { name: 'x', program: 'x' };
  expect(allowedCommand.safeParse({ ...base, args: ['{{ host }}'] }).error?.issues[0]?.message).toBe('there is no parameter "host"');
  expect(allowedCommand.safeParse({ ...base, parameters: [{ name: 'a', type: 'string', pattern: '(' }] }).success).toBe(false);
  expect(allowedCommand.safeParse({ ...base, shell: true }).success).toBe(false);
});

const order = { namespace: 'shop', target: 'deployment/checkout', replicas: null, tailLines: 10, at: '2026-11-26T09:00:00Z' };
const RULES = [
  kubernetesRule.parse({ actions: ['rolloutRestart', 'scale'], namespaces: ['shop', 'shop-*'], targets: ['deployment/*'], maxReplicas: 10 }),
  kubernetesRule.parse({ actions: ['cordon'], targets: ['worker-*'] }),
];

test('in a cluster, action, namespace, target and number must all be permitted by one rule', () => {
  expect(() => checkKubernetes(RULES, { ...order, action: 'rolloutRestart' })).not.toThrow();
  expect(() => checkKubernetes(RULES, { ...order, action: 'rolloutRestart', namespace: 'shop-eu' })).not.toThrow();
  expect(() => checkKubernetes(RULES, { ...order, action: 'scale', replicas: 10 })).not.toThrow();
  expect(() => checkKubernetes(RULES, { ...order, action: 'cordon', namespace: null, target: 'worker-7' })).not.toThrow();

  expect(() => checkKubernetes(RULES, { ...order, action: 'scale', replicas: 11 })).toThrow('11 replicas are more');
  expect(() => checkKubernetes(RULES, { ...order, action: 'rolloutRestart', namespace: 'kube-system' })).toThrow('not permitted in the namespace "kube-system"');
  expect(() => checkKubernetes(RULES, { ...order, action: 'rolloutRestart', target: 'statefulset/db' })).toThrow('not in the allow-list');
  expect(() => checkKubernetes(RULES, { ...order, action: 'uncordon', namespace: null, target: 'worker-7' })).toThrow('not in the allow-list');
  expect(() => checkKubernetes(RULES, { ...order, action: 'cordon', namespace: null, target: 'control-1' })).toThrow('not in the allow-list');
});

test('what is told of the allow-list names no programs and no paths', () => {
  const told = toldOf('1.0.0', [RESTART], RULES);

  expect(told.commands).toMatchObject([{ name: 'restart', repeatable: false, args: [{ name: 'service', type: 'string', required: true }, { name: 'lines', required: false }, { name: 'mode' }, { name: 'now' }] }]);
  expect(told.kubernetes).toEqual(['rolloutRestart deployment/* in shop, shop-*', 'scale deployment/* in shop, shop-*', 'cordon worker-*']);
  expect(JSON.stringify(told)).not.toContain('systemctl');
});

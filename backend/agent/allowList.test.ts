/** What orders become: whatever a value holds, it stays one argument, and what does not fit is refused. */
import fc from 'fast-check';
import type { KubernetesOrder } from '#contract';
import { allowedCommand, checkKubernetes, invocationOf, kubernetesRule, RefusedError, toldOf, type AllowedCommand } from './allowList.ts';

const anything = (name: string): object => ({ name, type: 'string', pattern: '(?s).*' });
const commandOf = (over: object): AllowedCommand => allowedCommand.parse({ name: 'go', program: '/bin/go', ...over });
const argvOf = (command: AllowedCommand, args: Record<string, string | number | boolean>): readonly string[] => invocationOf([command], command.name, args).argv;
const takes = (command: AllowedCommand, args: Record<string, string | number | boolean>): boolean => {
  try {
    invocationOf([command], command.name, args);
    return true;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
};

/** Text as somebody with bad intent writes it, without the one character that no argument can hold. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', '; rm -rf /', '$(id)', '`id`', '"', "'", 'a b', '\n', '{{ b }}', '{{a}}', '{{ b', '$&', '$1', '$$', "$'", '\\', '--', '-x'),
  fc.array(fc.constantFrom('{{', '}}', ' ', 'a', 'b', '$', '&', '"', '\n'), { maxLength: 12 }).map((parts) => parts.join('')),
).map((text) => text.replaceAll('\u0000', ''));

test('arguments neither split nor merge, and a value is put in as it is', () => {
  fc.assert(fc.property(hostile, hostile, (a, b) => {
    const command = commandOf({ args: ['run', '{{ a }}', '--b={{b}}', '{{a}}{{ b }}', '{{ c }} {{', 'end'], parameters: [anything('a'), anything('b'), { ...anything('c'), default: 'see' }] });
    expect(argvOf(command, { a, b })).toEqual(['run', a, `--b=${b}`, `${a}${b}`, 'see {{', 'end']);
  }));
});

test('holes are filled once: a value that looks like a hole stays text', () => {
  const command = commandOf({ args: ['{{ a }}', '{{ b }}'], parameters: [anything('a'), anything('b')] });
  expect(argvOf(command, { a: '{{ b }}', b: '{{ a }}' })).toEqual(['{{ b }}', '{{ a }}']);
});

test('a pattern is for the whole of a value', () => {
  fc.assert(fc.property(hostile, hostile, (before, after) => {
    const command = commandOf({ args: ['{{ a }}'], parameters: [{ name: 'a', type: 'string', pattern: 'web|db' }] });
    for (const word of ['web', 'db']) expect(takes(command, { a: `${before}${word}${after}` })).toBe(['web', 'db'].includes(`${before}${word}${after}`));
  }));
  const rules: readonly (readonly [string, string, boolean])[] = [
    ['a|ab', 'ab', true], ['[a-z]+', 'web\n', false], ['[a-z]+', '\nweb', false], ['(?m)[a-z]+', 'web\nid', false], ['(?i)web', 'WEB', true], ['^web$', 'web', true], ['\\Qa.b', 'a.b', true], ['\\Qa.b', 'axb', false], ['.*', 'two\nlines', false],
  ];
  for (const [pattern, text, isTaken] of rules) expect([pattern, text, takes(commandOf({ args: ['{{ a }}'], parameters: [{ name: 'a', type: 'string', pattern }] }), { a: text })]).toEqual([pattern, text, isTaken]);
});

test('a NUL, at which an argument would end early, is refused', () => {
  expect(takes(commandOf({ args: ['{{ a }}'], parameters: [anything('a')] }), { a: 'web\u0000rest' })).toBe(false);
});

test('numbers, choices and booleans are what they say, also as text, which is how templates give them', () => {
  const number = commandOf({ args: ['{{ n }}'], parameters: [{ name: 'n', type: 'number', min: -1, max: 10 }] });
  fc.assert(fc.property(fc.double(), (n) => expect(takes(number, { n })).toBe(n >= -1 && n <= 10)));
  for (const n of ['', ' ', 'x', '1;2', 'NaN', 'Infinity', true]) expect([n, takes(number, { n })]).toEqual([n, false]);
  expect([argvOf(number, { n: '7' }), argvOf(number, { n: ' 0x0a ' })]).toEqual([['7'], ['10']]);

  const choice = commandOf({ args: ['{{ c }}'], parameters: [{ name: 'c', type: 'choice', choices: ['red', 'blue'] }] });
  fc.assert(fc.property(hostile, (c) => expect(takes(choice, { c })).toBe(c === 'red' || c === 'blue')));
  const boolean = commandOf({ args: ['{{ b }}'], parameters: [{ name: 'b', type: 'boolean', default: false }] });
  expect([argvOf(boolean, {}), argvOf(boolean, { b: true }), argvOf(boolean, { b: 'true' })]).toEqual([['false'], ['true'], ['true']]);
  for (const b of ['yes', 1, '']) expect([b, takes(boolean, { b })]).toEqual([b, false]);
});

test('an unknown command, an unknown argument, and a missing one are named', () => {
  const command = commandOf({ args: ['{{ a }}'], parameters: [anything('a')] });
  expect(() => invocationOf([command], 'stop', {})).toThrow(new RefusedError('the command "stop" is not in the allow-list'));
  expect(() => invocationOf([command], 'go', { a: 'x', toString: 'y' })).toThrow(new RefusedError('the command "go" takes no argument "toString"'));
  expect(() => invocationOf([command], 'go', {})).toThrow(new RefusedError('the argument "a" is missing'));
});

test('a hole without its parameter, and a pattern that is none, are faults of the file', () => {
  expect(allowedCommand.safeParse({ name: 'go', program: 'go', args: ['{{ a }}'] }).error?.issues).toEqual([expect.objectContaining({ path: ['args', 0], message: 'there is no parameter "a"' })]);
  expect(allowedCommand.safeParse({ name: 'go', program: 'go', parameters: [{ name: 'a', type: 'string', pattern: 'a)|(?:b' }] }).error?.issues).toEqual([expect.objectContaining({ path: ['parameters', 0, 'pattern'] })]);
});

const order = (over: Partial<KubernetesOrder>): KubernetesOrder => ({ action: 'rolloutRestart', namespace: 'shop', target: 'deployment/checkout', replicas: null, tailLines: 1, at: '2026-11-26T09:00:00.000Z', ...over });
const fits = (pattern: string, target: string): boolean => {
  try {
    checkKubernetes([kubernetesRule.parse({ actions: ['cordon'], targets: [pattern] })], order({ action: 'cordon', target }));
    return true;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
};

test('a `*` stands for any text, everything else for itself, and the whole has to fit', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '.', '/'), { maxLength: 6 }).map((parts) => parts.join(''));
  const pattern = fc.array(fc.constantFrom('a', 'b', '.', '*'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(fc.property(pattern, text, (wild, target) => {
    const meant = new RegExp(`^${wild.split('*').map((part) => part.replaceAll('.', '\\.')).join('[^]*')}$`).test(target);
    expect([wild, target, fits(wild, target)]).toEqual([wild, target, meant]);
  }), { numRuns: 2_000 });
  for (const [wild, target, does] of [['a*a', 'a', false], ['a*a', 'aa', true], ['a*b*b', 'ab', false], ['*', '', true], ['a**', 'a', true], ['worker-*', 'my-worker-1', false]] as const) expect([wild, target, fits(wild, target)]).toEqual([wild, target, does]);
});

test('one rule has to permit action, target, namespace and replicas together', () => {
  const rules = [
    kubernetesRule.parse({ actions: ['rolloutRestart'], namespaces: ['shop'], targets: ['deployment/a'] }),
    kubernetesRule.parse({ actions: ['scale'], namespaces: ['shop'], targets: ['deployment/a'], maxReplicas: 3 }),
    kubernetesRule.parse({ actions: ['scale'], namespaces: ['lab-*'], targets: ['*'], maxReplicas: 9 }),
  ];
  const check = (over: Partial<KubernetesOrder>) => () => checkKubernetes(rules, order({ target: 'deployment/a', ...over }));
  expect(check({})).not.toThrow();
  expect(check({ namespace: 'lab-1' })).toThrow('is not permitted in the namespace "lab-1"');
  expect(check({ action: 'logs' })).toThrow('logs of deployment/a is not in the allow-list');
  expect(check({ action: 'scale', replicas: 3 })).not.toThrow();
  expect(check({ action: 'scale', replicas: 4 })).toThrow('4 replicas are more than the allow-list permits');
  expect(check({ action: 'scale', replicas: 9, namespace: 'lab-1' })).not.toThrow();
  expect(check({ action: 'scale', replicas: 1, namespace: null })).toThrow(RefusedError);
});

test('what is told has names and kinds of arguments, and neither programs nor paths', () => {
  const command = commandOf({ program: '/opt/secret/place', cwd: '/opt/other', env: { KEY: 'value' }, args: ['--x={{ a }}'], parameters: [anything('a'), { name: 'b', type: 'boolean', default: true }], repeatable: true });
  const told = toldOf('1', [command], [kubernetesRule.parse({ actions: ['scale', 'logs'], namespaces: ['shop', 'lab'], targets: ['deployment/*'] }), kubernetesRule.parse({ actions: ['cordon'], targets: ['worker-*'] })]);
  expect(told).toEqual({
    version: '1', commands: [{ name: 'go', description: '', repeatable: true, args: [{ name: 'a', type: 'string', required: true }, { name: 'b', type: 'boolean', required: false }] }],
    kubernetes: ['scale deployment/* in shop, lab', 'logs deployment/* in shop, lab', 'cordon worker-*'],
  });
});

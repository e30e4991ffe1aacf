/** The example of an agent's file is right, and shows all of it. */
import { readFileSync } from 'node:fs';
import { agentConfig, readAgentConfig } from '../../backend/agent/config.ts';
import { invocationOf, checkKubernetes } from '../../backend/agent/allowList.ts';

const path = (name: string): string => new URL(`../../docs/${name}`, import.meta.url).pathname;

test('docs/agent.example.yaml is read by an agent, and shows every key', () => {
  const config = readAgentConfig(path('agent.example.yaml'));

  expect(Object.keys(config).sort()).toEqual(Object.keys(agentConfig.shape).sort());
  expect(invocationOf(config.commands, 'restart', { service: 'checkout' }).argv).toEqual(['restart', 'checkout.service']);
  expect(invocationOf(config.commands, 'disk-usage', { path: '/var/log' }).argv).toEqual(['-x', '-d', '1', '/var/log']);
  expect(invocationOf(config.commands, 'fail-over', { cluster: 'main' }).argv).toEqual(['--cluster=main', '--force=false']);
  for (const outside of ['/etc', '/var/../etc', '/var/log; id', '-x']) expect(() => invocationOf(config.commands, 'disk-usage', { path: outside })).toThrow('does not look like');
  expect(() => checkKubernetes(config.kubernetes?.allow ?? [], { action: 'rolloutRestart', namespace: 'shop-eu', target: 'deployment/cart', replicas: null, tailLines: 10, at: '' })).not.toThrow();
});

test('docs/agent.md names every key of the file', () => {
  const text = readFileSync(path('agent.md'), 'utf8');
  for (const key of Object.keys(agentConfig.shape)) expect(text).toContain(`\`${key}\``);
});

/** The files of agents that are shown to people are ones that an agent takes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { checkKubernetes, invocationOf } from '../../backend/agent/allowList.ts';
import { agentConfig, readAgentConfig } from '../../backend/agent/config.ts';
import { agentFile } from '../../src/model/agents.ts';
import { readText, ROOT } from './files.ts';

test('the example is taken, and permits what its comments say', () => {
  const config = readAgentConfig(join(ROOT, 'docs/agent.example.yaml'));

  expect(invocationOf(config.commands, 'restart-service', { service: 'checkout-api' })).toMatchObject({ program: '/usr/bin/sudo', argv: ['-n', '/usr/bin/systemctl', 'restart', 'checkout-api'], timeoutMs: 120_000 });
  expect(() => invocationOf(config.commands, 'restart-service', { service: 'sshd' })).toThrow('must be one of');
  expect(invocationOf(config.commands, 'clear-old-files', { cache: 'thumbs' }).argv).toEqual(['/var/cache/thumbs', '-type', 'f', '-mtime', '+7', '-delete']);
  for (const cache of ['../lib', 'a/b', '-x', '']) expect(() => invocationOf(config.commands, 'clear-old-files', { cache })).toThrow('does not look like');
  expect(config.commands.map(({ name, repeatable }) => [name, repeatable])).toEqual([['restart-service', true], ['clear-old-files', true], ['fail-over', false]]);
  const scale = { action: 'scale', namespace: 'shop', target: 'deployment/checkout-api', tailLines: 0, at: '' } as const;
  const rules = config.kubernetes?.allow ?? [];
  expect(() => checkKubernetes(rules, { ...scale, replicas: 20 })).not.toThrow();
  expect(() => checkKubernetes(rules, { ...scale, replicas: 21 })).toThrow('more than the allow-list permits');
});

test('the file that Settings shows with a new token is taken', () => {
  const dir = mkdtempSync(join(tmpdir(), 'muster-agent-file-'));
  try {
    const path = join(dir, 'agent.yaml');
    writeFileSync(path, agentFile());
    expect(readAgentConfig(path).commands.map(({ name }) => name)).toEqual(['uptime']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the manifests of docs/agent.md are YAML, and the file within them is taken', () => {
  const blocks = [...readText('docs/agent.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const documents = blocks.flatMap((text) => {
    const parsed = parseAllDocuments(text);
    if (!Array.isArray(parsed)) throw new Error('a block is empty');
    expect(parsed.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([]);
    return parsed.map((document): unknown => document.toJS());
  });
  const map = z.looseObject({ kind: z.literal('ConfigMap'), data: z.object({ 'agent.yaml': z.string() }) });
  const files = documents.flatMap((document) => {
    const found = map.safeParse(document);
    return found.success ? [found.data.data['agent.yaml']] : [];
  });

  expect(files).toHaveLength(1);
  expect(agentConfig.parse(parse(files[0] ?? '')).kubernetes?.allow).toHaveLength(1);
});

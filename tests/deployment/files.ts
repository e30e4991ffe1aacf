/** Reads the deployment files as Docker, Compose and Grafana would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

export const ROOT = join(import.meta.dirname, '../..');

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The one document of a YAML file; fails on syntax errors and on keys that are there twice. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  const documents = parseAllDocuments(readText(path));
  if (!Array.isArray(documents)) throw new Error(`${path} is empty`);
  const [document, another] = documents;
  if (document === undefined || another !== undefined) throw new Error(`${path} holds not just one document`);
  if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.map((error) => error.message).join('; ')}`);
  return schema.parse(document.toJS());
}

const service = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).loose().optional(),
});
const compose = z.object({
  name: z.string(),
  services: z.object({ postgres: service, muster: service, plugin: service, grafana: service }),
  volumes: z.record(z.string(), z.null()),
});
export type ComposeService = z.infer<typeof service>;

export const readCompose = () => readYaml('docker-compose.yml', compose);

/** `${NAME}` and `${NAME:-default}` as Compose replaces them, with nothing set outside. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{([A-Z_]+)(?::-([^}]*))?\}/g, (_match, _name: string, byDefault: string | undefined) => byDefault ?? '');
}

/** The environment of a service when nothing is set outside. */
export function environmentOf(of: ComposeService): Record<string, string> {
  return Object.fromEntries(Object.entries(of.environment).map(([name, value]) => [name, withDefaults(value)]));
}

/** Values of a provisioning file as Grafana reads them: `$NAME` from the environment, `$$` as a dollar sign. */
export function interpolate(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)/g, (match, braced: string | undefined, bare: string | undefined) => {
    if (match === '$$') return '$';
    const name = braced ?? bare ?? '';
    const value = environment[name];
    if (value === undefined) throw new Error(`${name} is not set for Grafana`);
    return value;
  });
}

/** The lines of a Dockerfile, continued ones put together, without comments. */
export function dockerfileLines(): string[] {
  return readText('Dockerfile').replaceAll(/\\\n\s*/g, '').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** The lines of one stage. */
export function stageOf(name: string): string[] {
  const lines = dockerfileLines();
  const start = lines.findIndex((line) => line.startsWith('FROM ') && line.endsWith(` AS ${name}`));
  if (start < 0) throw new Error(`the Dockerfile has no stage ${name}`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('FROM '));
  return lines.slice(start, end < 0 ? undefined : end);
}

/** The exec form after an instruction: `CMD ["a", "b"]`. */
export function execForm(line: string | undefined, instruction: string): string[] {
  const text = line?.slice(line.indexOf(`${instruction} `) + instruction.length + 1);
  return z.array(z.string()).parse(JSON.parse(text ?? ''));
}

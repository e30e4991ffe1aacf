/** Collects a configuration from its YAML file, the environment over it, and the files that hold secrets. */
import { LineCounter, parseDocument } from 'yaml';
import type { ConfigFault } from './faults.ts';
import { CONFIG_KEYS, type ConfigKey } from './keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Tree = { [key: string]: unknown };

export interface Collected {
  /** Unchecked values. */
  readonly tree: Tree;
  /** Path to the name under which the user gave it, for those from the environment. */
  readonly origins: ReadonlyMap<string, string>;
  readonly faults: readonly ConfigFault[];
  readonly file: string | null;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads everything there is. Faults are gathered, never thrown. */
export function collectSources(env: Environment, readFile: (path: string) => string): Collected {
  const faults: ConfigFault[] = [];
  const origins = new Map<string, string>();
  const file = present(env['MUSTER_CONFIG']);
  const tree = file === undefined ? {} : readYaml(file, readFile, faults);

  resolveSecretFiles(tree, readFile, faults);
  for (const key of CONFIG_KEYS) {
    if (key.env === null) continue;
    const value = key.secret ? readSecret(env, key.env, readFile, faults) : present(env[key.env]);
    if (value === undefined || (key.env === 'MUSTER_PORT' && isServiceLink(value))) continue;
    overlay(tree, key, value, origins, faults);
  }
  return { tree, origins, faults, file: file ?? null };
}

/** An empty variable counts as not set: compose files pass on what is not there as empty text. */
function present(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** Kubernetes sets `MUSTER_PORT=tcp://10.0.0.1:8080` in every pod beside a service named "muster". */
function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(value);
}

function readYaml(file: string, readFile: (path: string) => string, faults: ConfigFault[]): Tree {
  const text = tryRead('MUSTER_CONFIG', file, readFile, faults);
  if (text === undefined) return {};
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    // What follows a colon is text of the file, which may be a secret.
    faults.push({ key: `${file}:${line}:${col}`, problem: error.message.replace(/:? ?".*/s, ''), example: null });
  }
  if (document.errors.length > 0) return {};
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  if (content === null || content === undefined) return {};
  if (isTree(content)) return withoutNulls(content);
  faults.push({ key: file, problem: 'must be a YAML mapping of keys to values', example: 'http: { port: 8080 }' });
  return {};
}

/** A section whose keys are all commented out reads as null, and means the defaults. */
function withoutNulls(tree: Tree): Tree {
  const entries = Object.entries(tree).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, isTree(value) ? withoutNulls(value) : value]));
}

function tryRead(key: string, path: string, readFile: (path: string) => string, faults: ConfigFault[]): string | undefined {
  try {
    return readFile(path);
  } catch (error) {
    const reason = error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : 'unreadable';
    faults.push({ key, problem: `the file ${path} cannot be read (${reason})`, example: null });
    return undefined;
  }
}

function readSecret(env: Environment, name: string, readFile: (path: string) => string, faults: ConfigFault[]): string | undefined {
  const direct = present(env[name]);
  const path = present(env[`${name}_FILE`]);
  if (direct !== undefined && path !== undefined) {
    faults.push({ key: name, problem: `is set together with ${name}_FILE; set one of the two`, example: null });
    return undefined;
  }
  return path === undefined ? direct : readSecretFile(`${name}_FILE`, path, readFile, faults);
}

function readSecretFile(key: string, path: string, readFile: (path: string) => string, faults: ConfigFault[]): string | undefined {
  const text = tryRead(key, path, readFile, faults);
  if (text === undefined) return undefined;
  const value = present(text);
  if (value === undefined) faults.push({ key, problem: `the file ${path} is empty`, example: null });
  return value;
}

/** Replaces each `<name>File` of the YAML file by `<name>` with the content of that file. */
function resolveSecretFiles(tree: Tree, readFile: (path: string) => string, faults: ConfigFault[]): void {
  for (const key of CONFIG_KEYS) {
    if (!key.secret) continue;
    const steps = key.path.split('.');
    const name = steps.pop() ?? '';
    for (const { node, path } of placesOf(tree, steps)) {
      const fileKey = `${name}File`;
      const file = node[fileKey];
      if (file === undefined) continue;
      delete node[fileKey];
      const shown = `${path}${fileKey}`;
      if (node[name] !== undefined) faults.push({ key: `${path}${name}`, problem: `is set together with ${fileKey}; set one of the two`, example: null });
      else if (typeof file !== 'string') faults.push({ key: shown, problem: 'must be the path of a file', example: '/run/secrets/muster' });
      else node[name] = readSecretFile(shown, file, readFile, faults);
    }
  }
  const secrets = tree['secrets'];
  if (isTree(secrets) && typeof secrets['keys'] === 'string') secrets['keys'] = parseSecretKeys(secrets['keys']);
}

function placesOf(tree: Tree, steps: readonly string[]): { node: Tree; path: string }[] {
  let places = [{ node: tree, path: '' }];
  for (const step of steps) {
    const isList = step.endsWith('[]');
    const name = isList ? step.slice(0, -2) : step;
    places = places.flatMap(({ node, path }) => {
      const value = node[name];
      if (!isList) return isTree(value) ? [{ node: value, path: `${path}${name}.` }] : [];
      return Array.isArray(value) ? value.flatMap((item: unknown, index) => (isTree(item) ? [{ node: item, path: `${path}${name}[${index}].` }] : [])) : [];
    });
  }
  return places;
}

/** `id:base64,id:base64`, also one a line. A part without colon becomes an entry without key, which is a fault later. */
function parseSecretKeys(text: string): Tree[] {
  return text.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== '').map((part) => {
    const colon = part.indexOf(':');
    return colon < 0 ? { id: '', key: part } : { id: part.slice(0, colon).trim(), key: part.slice(colon + 1).trim() };
  });
}

function overlay(tree: Tree, key: ConfigKey, value: string, origins: Map<string, string>, faults: ConfigFault[]): void {
  const name = key.env ?? key.path;
  const ofOrg = /^grafana\.orgs\[\]\.(\w+)$/.exec(key.path)?.[1];
  if (ofOrg !== undefined) {
    const grafana = branch(tree, 'grafana', faults);
    const given: unknown[] = Array.isArray(grafana['orgs']) ? grafana['orgs'] : [];
    const others = given.filter((org) => !(isTree(org) && org['id'] === 1));
    const first = given.find((org) => isTree(org) && org['id'] === 1);
    grafana['orgs'] = [...others, { ...(isTree(first) ? first : {}), id: 1, [ofOrg]: value }];
    origins.set(`grafana.orgs[${others.length}].${ofOrg}`, name);
    return;
  }
  const steps = key.path.split('.');
  const last = steps.pop() ?? '';
  let node = tree;
  for (const step of steps) node = branch(node, step, faults);
  node[last] = key.path === 'secrets.keys' ? parseSecretKeys(value) : parseText(value, key);
  origins.set(key.path, name);
}

/** The mapping below `name`; made when missing. One of another type is a fault by itself. */
function branch(node: Tree, name: string, faults: ConfigFault[]): Tree {
  const value = node[name];
  if (isTree(value)) return value;
  if (value !== undefined && value !== null) faults.push({ key: name, problem: 'must be a mapping of keys to values', example: null });
  const made: Tree = {};
  node[name] = made;
  return made;
}

function parseText(value: string, key: ConfigKey): unknown {
  if (key.kind === 'list') return value.split(',').map((item) => item.trim()).filter((item) => item !== '');
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  if (key.kind === 'number') return isNumber ? Number(value) : value;
  if (key.kind === 'scalar') return value === 'true' ? true : value === 'false' ? false : isNumber ? Number(value) : value;
  return value;
}

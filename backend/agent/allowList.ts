/** The allow-list of an agent: which programs it may start, with which arguments, and what it may do in a cluster. */
import { RE2JS } from 're2js';
import { z } from 'zod';
import { duration, fieldName, parseDuration, type AgentHello, type KubernetesOrder } from '#contract';

const parameterCommon = { name: fieldName, description: z.string().max(500).default('') };
const parameter = z.discriminatedUnion('type', [
  z.strictObject({ ...parameterCommon, type: z.literal('string'), pattern: z.string().min(1).max(500), default: z.string().optional() }),
  z.strictObject({ ...parameterCommon, type: z.literal('number'), min: z.number(), max: z.number(), default: z.number().optional() }),
  z.strictObject({ ...parameterCommon, type: z.literal('choice'), choices: z.array(z.string()).min(1).max(200), default: z.string().optional() }),
  z.strictObject({ ...parameterCommon, type: z.literal('boolean'), default: z.boolean().optional() }),
]);
type Parameter = z.output<typeof parameter>;

/** One command: a program, and its arguments, each of which may name parameters as `{{ name }}`. It is never handed to a shell. */
export const allowedCommand = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'use letters, digits, dots, dashes and underscores'),
  description: z.string().max(500).default(''),
  program: z.string().min(1).max(1_000),
  args: z.array(z.string().max(10_000)).max(100).default([]),
  parameters: z.array(parameter).max(50).default([]),
  /** Folder that it is started in. */
  cwd: z.string().max(1_000).optional(),
  /** The whole of its environment, beside PATH. */
  env: z.record(z.string(), z.string()).default({}),
  timeout: duration.default('5m'),
  /** It may be started again when it is not known whether it ended. */
  repeatable: z.boolean().default(false),
}).superRefine((command, context) => {
  for (const [index, text] of command.args.entries()) {
    for (const name of holesOf(text)) {
      if (!command.parameters.some((known) => known.name === name)) context.addIssue({ code: 'custom', path: ['args', index], message: `there is no parameter "${name}"` });
    }
  }
  for (const [index, known] of command.parameters.entries()) {
    if (known.type !== 'string') continue;
    try {
      RE2JS.compile(known.pattern);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['parameters', index, 'pattern'], message: error instanceof Error ? error.message : String(error) });
    }
  }
});
export type AllowedCommand = z.output<typeof allowedCommand>;

/** What it may do in a cluster. `*` in targets and namespaces stands for any text. */
export const kubernetesRule = z.strictObject({
  actions: z.array(z.enum(['rolloutRestart', 'scale', 'cordon', 'uncordon', 'logs'])).min(1),
  namespaces: z.array(z.string().min(1).max(100)).max(100).default([]),
  targets: z.array(z.string().min(1).max(300)).min(1).max(200),
  maxReplicas: z.number().int().min(0).default(50),
});
export type KubernetesRule = z.output<typeof kubernetesRule>;

const HOLE = /\{\{\s*([a-zA-Z][a-zA-Z0-9_]*)\s*\}\}/g;

function holesOf(text: string): string[] {
  return [...text.matchAll(HOLE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** The order is not one that the allow-list permits. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

type Value = string | number | boolean;

function valueOf(known: Parameter, given: Value | undefined): string {
  const value = given ?? known.default;
  if (value === undefined) throw new RefusedError(`the argument "${known.name}" is missing`);
  switch (known.type) {
    case 'string': {
      const text = String(value);
      // A NUL ends an argument early.
      if (text.includes('\u0000') || !RE2JS.compile(known.pattern).matches(text)) throw new RefusedError(`the argument "${known.name}" does not look like ${known.pattern}`);
      return text;
    }
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number) || number < known.min || number > known.max) throw new RefusedError(`the argument "${known.name}" must be a number from ${known.min} to ${known.max}`);
      return String(number);
    }
    case 'choice': {
      const text = String(value);
      if (!known.choices.includes(text)) throw new RefusedError(`the argument "${known.name}" must be one of ${known.choices.join(', ')}`);
      return text;
    }
    case 'boolean':
      if (value !== true && value !== false && value !== 'true' && value !== 'false') throw new RefusedError(`the argument "${known.name}" must be true or false`);
      return String(value);
  }
}

/** What is started: a program with arguments, one element each. */
export interface Invocation {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The invocation that an order asks for. Throws `RefusedError` where the allow-list does not permit it. */
export function invocationOf(commands: readonly AllowedCommand[], name: string, args: Readonly<Record<string, Value>>): Invocation {
  const command = commands.find((known) => known.name === name);
  if (command === undefined) throw new RefusedError(`the command "${name}" is not in the allow-list`);
  const stranger = Object.keys(args).find((given) => !command.parameters.some((known) => known.name === given));
  if (stranger !== undefined) throw new RefusedError(`the command "${name}" takes no argument "${stranger}"`);
  const values = new Map(command.parameters.map((known) => [known.name, valueOf(known, Object.hasOwn(args, known.name) ? args[known.name] : undefined)]));
  return {
    program: command.program, argv: command.args.map((text) => text.replace(HOLE, (_hole, key: string) => values.get(key) ?? '')), cwd: command.cwd, env: command.env,
    timeoutMs: parseDuration(command.timeout) ?? 300_000,
  };
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return text.length - part.length >= at && text.endsWith(part);
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}

const OF_NODES = new Set(['cordon', 'uncordon']);

/** Throws `RefusedError` unless a rule permits the order. */
export function checkKubernetes(rules: readonly KubernetesRule[], order: KubernetesOrder): void {
  const able = rules.filter((rule) => rule.actions.includes(order.action) && rule.targets.some((pattern) => fits(pattern, order.target)));
  if (able.length === 0) throw new RefusedError(`${order.action} of ${order.target} is not in the allow-list`);
  const here = able.filter((rule) => OF_NODES.has(order.action) || (order.namespace !== null && rule.namespaces.some((pattern) => fits(pattern, order.namespace ?? ''))));
  if (here.length === 0) throw new RefusedError(`${order.action} of ${order.target} is not permitted in the namespace "${order.namespace ?? ''}"`);
  if (order.action === 'scale' && !here.some((rule) => (order.replicas ?? 0) <= rule.maxReplicas)) {
    throw new RefusedError(`${order.replicas ?? 0} replicas are more than the allow-list permits`);
  }
}

/** What the agent tells of it: names and kinds of arguments, no paths and no programs. */
export function toldOf(version: string, commands: readonly AllowedCommand[], rules: readonly KubernetesRule[]): AgentHello {
  return {
    version,
    commands: commands.map((command) => ({
      name: command.name, description: command.description, repeatable: command.repeatable,
      args: command.parameters.map((known) => ({ name: known.name, type: known.type, required: known.default === undefined })),
    })),
    kubernetes: rules.flatMap((rule) => rule.actions.map((action) => `${action} ${rule.targets.join(', ')}${rule.namespaces.length === 0 ? '' : ` in ${rule.namespaces.join(', ')}`}`)),
  };
}

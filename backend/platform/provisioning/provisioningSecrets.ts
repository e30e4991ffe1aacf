/** Secrets of a provisioning file: written there, named as an environment variable, or kept in a file of their own. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KeyPath, ReadFile } from './provisioningFile.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that is nothing but `$NAME` or `${NAME}`. */
const VARIABLE = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))$/;

export interface SecretReference {
  readonly value: string | undefined;
  readonly file: string | undefined;
  /** Key of the value; that of the file is the same with `File` behind it. */
  readonly key: KeyPath;
}

function fileKey(key: KeyPath): KeyPath {
  return [...key.slice(0, -1), `${String(key.at(-1))}File`];
}

/** The secret that a reference means, or null when it means none. */
export async function resolveSecret(
  reference: SecretReference,
  read: ReadFile<unknown>,
  path: string,
  env: Environment,
): Promise<string | null> {
  const { value, file, key } = reference;
  if (value !== undefined && file !== undefined) throw read.faultAt(fileKey(key), `give ${String(key.at(-1))} or its file, not both`);
  if (file !== undefined) {
    try {
      return (await readFile(resolve(dirname(path), file), 'utf8')).trim();
    } catch (error) {
      throw read.faultAt(fileKey(key), `cannot read "${file}"`, error);
    }
  }
  if (value === undefined) return null;
  const match = VARIABLE.exec(value);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return value;
  const fromEnvironment = env[name];
  if (fromEnvironment === undefined || fromEnvironment === '') {
    throw read.faultAt(key, `environment variable ${name} is not set`);
  }
  return fromEnvironment;
}

/** What an operator reads when a command ends in a fault of their machine: what is wrong and what to do, not where in the code. */
import { RecordingError } from './recordingError.ts';

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be changed by this user',
  EISDIR: 'is a folder, not a file',
  EEXIST: 'is a file, and a folder is needed here',
  ENOTDIR: 'a part of this path is no folder',
  EROFS: 'lies on a file system that is read-only',
  ENOSPC: 'no space is left on the disk: make room and start again',
};

const DATABASE_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start PostgreSQL, or correct host and port in DATABASE_URL',
  ENOTFOUND: 'the host is not known; correct it in DATABASE_URL',
  EAI_AGAIN: 'the host could not be looked up; check DATABASE_URL and the name service',
  ETIMEDOUT: 'it does not answer; check DATABASE_URL and the firewall',
  EHOSTUNREACH: 'no way leads there; check DATABASE_URL and the network',
  '28P01': 'it refuses the password in DATABASE_URL',
  '28000': 'it refuses the user in DATABASE_URL',
  '3D000': 'it has no database of that name; create it, or correct DATABASE_URL',
  '42501': 'the user in DATABASE_URL lacks rights; it must own the database or be allowed to create in it',
  '53100': 'its disk is full: make room and start again',
  '53300': 'it has no connection left; raise its max_connections, or lower MUSTER_DATABASE_POOL_SIZE',
};

function textOf(error: object, name: string): string | null {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** The sentence for a fault that an operator can mend; null for any other, whose stack says more. */
export function explainFault(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof RecordingError) return error.message;
  // Node tries all addresses of a name, and gathers their faults.
  if (error instanceof AggregateError) return explainFault(error.errors[0]);
  const code = textOf(error, 'code') ?? '';
  if (textOf(error, 'syscall') === 'listen') {
    const place = `${textOf(error, 'address') ?? ''}:${textOf(error, 'port') ?? ''}`;
    if (code === 'EADDRINUSE') return `${place} is taken by another program: stop that one, or choose another port with MUSTER_PORT`;
    if (code === 'EACCES') return `${place} may not be opened by this user: choose a port from 1024 on with MUSTER_PORT`;
    if (code === 'EADDRNOTAVAIL') return `${place} is no address of this machine: correct MUSTER_HOST`;
  }
  const database = DATABASE_PROBLEMS[code];
  if (database !== undefined) return `the database cannot be used: ${database} (${error.message})`;
  const file = FILE_PROBLEMS[code];
  const path = textOf(error, 'path');
  return file === undefined ? null : `${path === null ? '' : `${path}: `}${file}`;
}

/** Where the databases of the tests lie. */
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** More than the databases of a run and the log take together. */
const ROOM_BYTES = 2 * 1024 ** 3;

/**
 * Memory, where there is enough of it: a database of a test is some seven hundred files that are made and taken away again,
 * and on a disk's file system that costs more than all that the tests ask of it.
 */
export async function folderForData(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    // Not on this system.
    return tmpdir();
  }
}

/** Ports of tests that must know theirs before somebody listens on it. */
import { findPort } from '../../scripts/demo/ports.ts';

const FIRST_PORT = 18_100;
/** More than `findPort` tries, so that no worker's range reaches into another's. */
const PORTS_A_WORKER = 60;

/**
 * A port that is free now and stays so until it is listened on: files of tests run side by side, and each worker
 * takes from a range of its own, below those the system gives out by itself. A second one is asked for `after` the first.
 */
export function findTestPort(after?: number): Promise<number> {
  return findPort(after === undefined ? FIRST_PORT + PORTS_A_WORKER * Number(process.env['JEST_WORKER_ID'] ?? 0) : after + 1, false);
}

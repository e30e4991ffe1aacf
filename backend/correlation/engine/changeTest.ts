/** A changed service under suspicion; see splitting.ts. */
import type { Group } from './group.ts';

export interface ChangeTest {
  readonly root: string;
  /** What it would be made of. */
  readonly group: Group;
  readonly untilMs: number;
  logOdds: number;
}

export interface ChangeTests {
  readonly byRoot: Map<string, ChangeTest>;
  readonly byNode: Map<string, Set<ChangeTest>>;
}

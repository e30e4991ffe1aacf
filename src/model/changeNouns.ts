/** Kinds of changes in words. */
import type { ChangeKind } from '#contract';

export const CHANGE_NOUNS: Readonly<Record<ChangeKind, string>> = {
  deploy: 'deploy',
  config: 'configuration change',
  schema: 'schema change',
  scaling: 'scaling',
  flag: 'flag change',
  infrastructure: 'infrastructure change',
  other: 'change',
};

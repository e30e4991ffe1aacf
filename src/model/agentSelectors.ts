import type { Agent } from '#contract';

/** What a step may name agents by: their names first, then labels that they carry as `label=value`. Revoked ones are none. */
export function agentSelectors(agents: readonly Pick<Agent, 'name' | 'labels' | 'state'>[]): readonly string[] {
  const present = agents.filter(({ state }) => state !== 'revoked');
  const labels = present.flatMap(({ labels: carried }) => Object.entries(carried).map(([label, value]) => `${label}=${value}`));
  return [...present.map(({ name }) => name).sort(), ...[...new Set(labels)].sort()];
}

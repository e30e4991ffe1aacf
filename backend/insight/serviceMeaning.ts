/** Which service of the catalogue a detector means. Pure. */
import type { Labels } from '#contract';
import type { Topology } from '../catalog/index.ts';

/** Which of some services a detector or a series means: by its name or another name of it. */
export function serviceMeaning(services: ReadonlySet<string>, topology: Topology, serviceLabels: readonly string[]): (fixed: string | null, labels: Labels) => string | null {
  const byName = new Map([...services].map((name) => [name.toLowerCase(), name]));
  for (const { name, aliases } of topology.services) if (services.has(name)) for (const alias of aliases) byName.set(alias.toLowerCase(), name);
  return (fixed, labels) => {
    if (fixed !== null) return byName.get(fixed.toLowerCase()) ?? null;
    const named = serviceLabels.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
    return named === undefined ? null : (byName.get(named.toLowerCase()) ?? null);
  };
}

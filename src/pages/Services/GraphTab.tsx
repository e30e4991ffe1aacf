import { useMemo } from 'react';
import { ServiceGraph } from '../../components/ServiceGraph/index.tsx';
import type { ListedService } from '../../model/services.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  listed: readonly ListedService[];
  chosen: string | null;
  onChoose: (service: string) => void;
}

/** All services and what they need, with their live state. */
export function GraphTab({ listed, chosen, onChoose }: Props) {
  // by name, so that a change of state moves nothing
  const byName = useMemo(() => [...listed].sort((a, b) => (a.service.name < b.service.name ? -1 : 1)), [listed]);
  const services = useMemo(() => byName.map(({ service, health }) => ({ name: service.name, health, detail: service.kind ?? service.team ?? '' })), [byName]);
  const edges = useMemo(() => byName.flatMap(({ service }) => service.dependencies.map(({ to, type }) => ({ from: service.name, to, type }))), [byName]);
  return <ServiceGraph services={services} edges={edges} height="max(360px, calc(100vh - 300px))" chosen={chosen} onChoose={onChoose} testId={testIds.services.graph} />;
}

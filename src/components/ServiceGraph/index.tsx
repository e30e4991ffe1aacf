import { lazy, Suspense } from 'react';
import { Skeleton } from '../Skeleton.tsx';
import type { ServiceGraphProps } from './ServiceGraph.tsx';

export type { GraphService } from './ServiceGraph.tsx';

// drawing graphs takes a library that most pages do without
const Drawing = lazy(async () => ({ default: (await import('./ServiceGraph.tsx')).ServiceGraph }));

/** The graph of services, in layers from the users on the left to what everything rests on. */
export function ServiceGraph(props: ServiceGraphProps) {
  return (
    <Suspense fallback={<Skeleton rows={4} height={80} />}>
      <Drawing {...props} />
    </Suspense>
  );
}

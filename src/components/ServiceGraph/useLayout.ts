import { useEffect, useMemo, useState } from 'react';
import { layoutGraph, type GraphEdge, type Place } from '../../model/graphLayout.ts';

interface Layout {
  readonly key: string;
  readonly places: ReadonlyMap<string, Place>;
}

/** Places of the services; null until they are found. Found after the page was painted, and anew only when services or edges are others. */
export function useLayout(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, Place> | null {
  const key = useMemo(() => JSON.stringify([names, edges.map(({ from, to }) => [from, to])]), [names, edges]);
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setLayout({ key, places: layoutGraph(names, edges) }), 0);
    return () => clearTimeout(timer);
    // the key says all of names and edges
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return layout?.key === key ? layout.places : null;
}

import { useEffect, useMemo, useState } from 'react';
import { layoutGraph, type GraphEdge, type Place } from '../../model/graphLayout.ts';

type Places = ReadonlyMap<string, Place>;

/** Name of the entries in the browser's timeline that tell of each layout; the browser test counts them. */
export const LAYOUT_MEASURE = 'muster-graph-layout';
const MOST_KEPT = 8;
/** Layouts of the graphs seen last, so that whoever comes back to one need not wait. */
const kept = new Map<string, Places>();

function placesOf(key: string, names: readonly string[], edges: readonly GraphEdge[]): Places {
  const known = kept.get(key);
  if (known !== undefined) {
    return known;
  }
  const start = performance.now();
  const places = layoutGraph(names, edges);
  performance.measure(LAYOUT_MEASURE, { start });
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) {
    kept.delete(oldest);
  }
  kept.set(key, places);
  return places;
}

/** Places of the services; null until they are found. Found after the page was painted, and anew only when services or edges are others. */
export function useLayout(names: readonly string[], edges: readonly GraphEdge[]): Places | null {
  const key = useMemo(() => JSON.stringify([names, edges.map(({ from, to }) => [from, to])]), [names, edges]);
  const [found, setFound] = useState<string | null>(null);
  useEffect(() => {
    if (kept.has(key)) {
      setFound(key);
      return;
    }
    const timer = setTimeout(() => {
      placesOf(key, names, edges);
      setFound(key);
    }, 0);
    return () => clearTimeout(timer);
    // the key says all of names and edges
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return found === key ? (kept.get(key) ?? null) : null;
}

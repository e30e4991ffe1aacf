/** Where the services of a graph stand: layers from the users on the left to what everything rests on. */
import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 44;
const LAYER_GAP = 90;
const ROW_GAP = 14;
const COLUMN_GAP = 24;
const LEAST_ROWS = 12;
const SCREEN_RATIO = 16 / 9;
/** dagre places so many within a fifth of a second; five hundred take it several seconds, which a page cannot stand still for. */
const MOST_FOR_DAGRE = 50;
const SWEEPS = 6;

/** Places of the nodes, by name. Follows from names and edges alone. */
export function layoutGraph(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, Place> {
  const known = new Set(names);
  const inside = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  return names.length <= MOST_FOR_DAGRE ? dagrePlaces(names, inside) : layeredPlaces(names, inside);
}

function dagrePlaces(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, Place> {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, ranksep: LAYER_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) {
    graph.setNode(name, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const { from, to } of edges) {
    graph.setEdge(from, to);
  }
  layout(graph);
  return new Map(
    names.map((name) => {
      const { x = 0, y = 0 } = graph.node(name);
      return [name, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    })
  );
}

function neighbours(edges: readonly GraphEdge[], key: 'from' | 'to', value: 'from' | 'to'): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  for (const edge of edges) {
    const list = map.get(edge[key]);
    if (list === undefined) {
      map.set(edge[key], [edge[value]]);
    } else {
      list.push(edge[value]);
    }
  }
  return map;
}

/** Layer of each node: one beyond the farthest that needs it. A circle is cut where it closes. */
function layersOf(names: readonly string[], needs: ReadonlyMap<string, readonly string[]>, neededBy: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const layer = new Map<string, number>();
  const open = new Set<string>();
  // Depth first without recursion: a chain may be as long as the catalogue.
  for (const start of names) {
    const stack = [start];
    for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
      if (layer.has(name)) {
        stack.pop();
        continue;
      }
      const waiting = open.has(name) ? undefined : (neededBy.get(name) ?? []).filter((other) => !layer.has(other) && !open.has(other));
      open.add(name);
      if (waiting !== undefined && waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      const above = (neededBy.get(name) ?? []).flatMap((other) => layer.get(other) ?? []);
      layer.set(name, above.length === 0 ? 0 : Math.max(...above) + 1);
      stack.pop();
    }
  }
  // What nobody needs stands right before what it needs, not far off at the edge.
  for (const name of names) {
    const below = (needs.get(name) ?? []).flatMap((other) => layer.get(other) ?? []);
    if ((neededBy.get(name) ?? []).length === 0 && below.length > 0) {
      layer.set(name, Math.max(0, Math.min(...below) - 1));
    }
  }
  return layer;
}

/** Layers by the longest path, and within a layer each node near the middle of its neighbours. */
function layeredPlaces(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, Place> {
  const needs = neighbours(edges, 'from', 'to');
  const neededBy = neighbours(edges, 'to', 'from');
  const layer = layersOf(names, needs, neededBy);
  const layers: string[][] = [];
  for (const name of [...names].sort()) {
    const at = layer.get(name) ?? 0;
    while (layers.length <= at) {
      layers.push([]);
    }
    layers[at]?.push(name);
  }
  const row = new Map<string, number>();
  const number = (): void => layers.forEach((members) => members.forEach((name, index) => row.set(name, index - members.length / 2)));
  number();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const towards = sweep % 2 === 0 ? neededBy : needs;
    for (const members of layers) {
      const middle = new Map(members.map((name) => [name, middleOf(towards.get(name) ?? [], row) ?? row.get(name) ?? 0]));
      members.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || (a < b ? -1 : 1));
    }
    number();
  }
  return inColumns(layers);
}

/** A layer of hundreds would be a column that no screen holds: it is set in as many columns as make the whole about as wide as a screen. */
function inColumns(layers: readonly (readonly string[])[]): ReadonlyMap<string, Place> {
  const total = layers.reduce((sum, members) => sum + members.length, 0);
  const rows = Math.max(LEAST_ROWS, Math.ceil(Math.sqrt((total * (NODE_WIDTH + COLUMN_GAP)) / (NODE_HEIGHT + ROW_GAP) / SCREEN_RATIO)));
  const places = new Map<string, Place>();
  let left = 0;
  for (const members of layers) {
    const columns = Math.max(1, Math.ceil(members.length / rows));
    const height = Math.ceil(members.length / columns);
    // in turn over the columns, so that who stands near whom from top to bottom stays
    members.forEach((name, index) =>
      places.set(name, { x: left + (index % columns) * (NODE_WIDTH + COLUMN_GAP), y: (Math.floor(index / columns) - height / 2) * (NODE_HEIGHT + ROW_GAP) })
    );
    left += columns * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP + LAYER_GAP;
  }
  return places;
}

function middleOf(names: readonly string[], row: ReadonlyMap<string, number>): number | null {
  const rows = names.flatMap((name) => row.get(name) ?? []);
  return rows.length === 0 ? null : rows.reduce((sum, value) => sum + value, 0) / rows.length;
}

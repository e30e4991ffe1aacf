import '@xyflow/react/dist/style.css';
import { css } from '@emotion/css';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { Controls, getViewportForBounds, MarkerType, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, type Edge } from '@xyflow/react';
import type { DependencyType, ServiceHealth } from '#contract';
import { NODE_HEIGHT, NODE_WIDTH } from '../../model/graphLayout.ts';
import { countOf } from '../../model/counts.ts';
import { DEPENDENCY_LABELS, HEALTH_LABELS, HEALTH_ORDER } from '../../model/services.ts';
import { testIds } from '../../testIds.ts';
import { healthColors } from '../healthColors.ts';
import { SearchInput } from '../SearchInput.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { ServiceNode, type ServiceNodeType } from './ServiceNode.tsx';
import { useLayout } from './useLayout.ts';

export interface GraphService {
  readonly name: string;
  readonly health: ServiceHealth;
  /** A second line: team, or what it is. */
  readonly detail: string;
  /** Where trouble probably began. */
  readonly isOrigin?: boolean;
}

export interface ServiceGraphProps {
  readonly services: readonly GraphService[];
  /** `from` needs `to`. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly type: DependencyType }[];
  readonly height: string;
  readonly chosen?: string | null;
  readonly onChoose: (service: string) => void;
  readonly testId?: string;
}

const NODE_TYPES = { service: ServiceNode };
/** A map of the whole helps only when the whole is not in sight. */
const MAP_FROM = 40;

/** Below this nobody can read the names. */
const READABLE_ZOOM = 0.5;
const MIN_ZOOM = 0.05;
const FIT = { maxZoom: 1, padding: 0.1 } as const;
const PAN_STEP_PX = 120;
const QUICK_MS = 150;

/** Drawn with what is in sight only, so that hundreds of services stay fluid. */
export function ServiceGraph(props: ServiceGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

type Flow = ReturnType<typeof useReactFlow>;

function pan(flow: Flow, x: number, y: number): void {
  const present = flow.getViewport();
  void flow.setViewport({ ...present, x: present.x + x, y: present.y + y }, { duration: QUICK_MS });
}

/** What the keys do while the graph has the focus. */
const MOVES: Readonly<Record<string, (flow: Flow) => void>> = {
  '+': (flow) => void flow.zoomIn({ duration: QUICK_MS }),
  '=': (flow) => void flow.zoomIn({ duration: QUICK_MS }),
  '-': (flow) => void flow.zoomOut({ duration: QUICK_MS }),
  '0': (flow) => void flow.fitView({ ...FIT, duration: QUICK_MS }),
  ArrowLeft: (flow) => pan(flow, PAN_STEP_PX, 0),
  ArrowRight: (flow) => pan(flow, -PAN_STEP_PX, 0),
  ArrowUp: (flow) => pan(flow, 0, PAN_STEP_PX),
  ArrowDown: (flow) => pan(flow, 0, -PAN_STEP_PX),
};

function Drawing({ services, edges, height, chosen = null, onChoose, testId }: ServiceGraphProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const [words, setWords] = useState('');
  const names = useMemo(() => services.map(({ name }) => name), [services]);
  const places = useLayout(names, edges);
  const search = words.trim().toLowerCase();
  const found = useMemo(() => (search === '' ? [] : names.filter((name) => name.includes(search))), [names, search]);

  const nodes = useMemo(
    (): ServiceNodeType[] =>
      places === null
        ? []
        : services.map(({ name, health, detail, isOrigin = false }) => ({
            id: name,
            type: 'service',
            position: places.get(name) ?? { x: 0, y: 0 },
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            data: { health, detail, isOrigin, isDim: search !== '' && !found.includes(name), isChosen: name === chosen },
            ariaLabel: `${name}: ${isOrigin ? 'Probable origin' : HEALTH_LABELS[health]}, ${detail}`,
          })),
    [services, places, search, found, chosen]
  );
  const lines = useMemo((): Edge[] => {
    const health = new Map(services.map((service) => [service.name, service.health]));
    return edges.map(({ from, to, type }) => {
      const troubled = health.get(to) === 'failing';
      const near = chosen !== null && (from === chosen || to === chosen);
      const stroke = troubled ? healthColors(theme, 'failing').border : near ? theme.colors.primary.border : theme.colors.border.strong;
      return {
        id: `${from} ${type} ${to}`,
        source: from,
        target: to,
        style: { stroke, strokeWidth: near ? 2 : 1, ...(type === 'calls' ? {} : { strokeDasharray: type === 'stores-in' ? '6 3' : '2 3' }) },
        markerEnd: { type: MarkerType.ArrowClosed, color: stroke },
        ariaLabel: `${from} ${DEPENDENCY_LABELS[type]} ${to}`,
        focusable: false,
      };
    });
  }, [edges, services, theme, chosen]);

  useEffect(() => {
    if (found.length > 0) {
      void flow.fitView({ nodes: found.map((id) => ({ id })), duration: 200, maxZoom: 1.2, padding: 0.3 });
    }
  }, [found, flow]);

  /**
   * All of it where that can be read; else where the trouble is, and the map and a button show the whole. React Flow asks once,
   * when the drawing is ready: what changes later moves nothing under the reader's eyes.
   */
  function start(): void {
    const bounds = flow.getNodesBounds(names);
    const { clientWidth, clientHeight } = frame.current ?? { clientWidth: 0, clientHeight: 0 };
    const { zoom } = getViewportForBounds(bounds, clientWidth, clientHeight, MIN_ZOOM, FIT.maxZoom, FIT.padding);
    const worst = HEALTH_ORDER.slice(0, 2).map((health) => services.filter((service) => service.health === health)).find((troubled) => troubled.length > 0);
    void flow.fitView(
      zoom >= READABLE_ZOOM || worst === undefined ? FIT : { nodes: worst.map(({ name }) => ({ id: name })), maxZoom: 1, minZoom: READABLE_ZOOM, padding: 0.3 }
    );
  }

  function onKey(event: KeyboardEvent): void {
    const node = event.target instanceof Element ? event.target.closest('.react-flow__node') : null;
    const id = node?.getAttribute('data-id');
    if (id != null && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onChoose(id);
      return;
    }
    const move = MOVES[event.key];
    if (move !== undefined) {
      event.preventDefault();
      move(flow);
    }
  }

  return (
    <div data-testid={testId}>
      <div className={styles.bar}>
        <div onKeyDown={(event) => event.key === 'Enter' && found[0] !== undefined && onChoose(found[0])}>
          <SearchInput value={words} onChange={setWords} placeholder="Find a service in the graph" testId={testIds.graph.search} />
        </div>
        {search !== '' && (
          <span className={styles.legend} role="status">
            {found.length === 0 ? 'No service has that in its name' : `${countOf(found.length, 'service')}; Enter opens ${found[0]}`}
          </span>
        )}
        <span className={styles.legend}>Left needs right. Line: calls; dashes: stores in; dots: runs on. Keys: arrows, + and −, 0 for all.</span>
      </div>
      <div onKeyDown={onKey}>
        <div ref={frame} className={styles.frame} style={{ height }} tabIndex={0} role="group" aria-label="Graph of services">
          {places === null ? (
            <Skeleton rows={4} height={60} />
          ) : (
            <ReactFlow
              nodes={nodes}
              edges={lines}
              nodeTypes={NODE_TYPES}
              colorMode={theme.isDark ? 'dark' : 'light'}
              onlyRenderVisibleElements
              nodesDraggable={false}
              nodesConnectable={false}
              edgesFocusable={false}
              elementsSelectable={false}
              onInit={start}
              minZoom={MIN_ZOOM}
              onNodeClick={(_, { id }) => onChoose(id)}
            >
              <Controls showInteractive={false} />
              {services.length >= MAP_FROM && <MiniMap pannable zoomable nodeColor={({ data }) => healthColors(theme, isHealth(data['health']) ? data['health'] : 'ok').border} />}
            </ReactFlow>
          )}
        </div>
      </div>
    </div>
  );
}

function isHealth(value: unknown): value is ServiceHealth {
  return value === 'failing' || value === 'degraded' || value === 'at_risk' || value === 'ok';
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), marginBottom: theme.spacing(1), '& > :first-child': { flex: '1 1 220px', maxWidth: 360 } }),
  legend: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  frame: css({
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, overflow: 'hidden',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
    '& .react-flow': { background: theme.colors.background.canvas },
    // its own grey is too weak to be read
    '& .react-flow__attribution': { background: theme.colors.background.secondary, '& a': { color: theme.colors.text.secondary } },
  }),
});

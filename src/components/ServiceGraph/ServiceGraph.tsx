import '@xyflow/react/dist/style.css';
import { css } from '@emotion/css';
import { useEffect, useMemo, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { Controls, MarkerType, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, type Edge } from '@xyflow/react';
import type { DependencyType, ServiceHealth } from '#contract';
import { NODE_HEIGHT, NODE_WIDTH } from '../../model/graphLayout.ts';
import { DEPENDENCY_LABELS, HEALTH_LABELS } from '../../model/services.ts';
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

/** Drawn with what is in sight only, so that hundreds of services stay fluid. */
export function ServiceGraph(props: ServiceGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ services, edges, height, chosen = null, onChoose, testId }: ServiceGraphProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const flow = useReactFlow();
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

  return (
    <div data-testid={testId}>
      <div className={styles.bar}>
        <SearchInput value={words} onChange={setWords} placeholder="Find a service in the graph" />
        <span className={styles.legend}>Left needs right. Line: calls; dashes: stores in; dots: runs on.</span>
      </div>
      <div className={styles.frame} style={{ height }}>
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
            fitView
            fitViewOptions={{ maxZoom: 1, padding: 0.1 }}
            minZoom={0.05}
            onNodeClick={(_, { id }) => onChoose(id)}
          >
            <Controls showInteractive={false} />
            {services.length >= MAP_FROM && <MiniMap pannable zoomable nodeColor={({ data }) => healthColors(theme, isHealth(data['health']) ? data['health'] : 'ok').border} />}
          </ReactFlow>
        )}
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
  frame: css({ border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, overflow: 'hidden', '& .react-flow': { background: theme.colors.background.canvas } }),
});

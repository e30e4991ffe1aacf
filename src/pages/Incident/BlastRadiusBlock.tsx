import { css } from '@emotion/css';
import { useMemo } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import { BLAST_STATES, type BlastRadius, type BlastState, type Incident, type ServiceHealth } from '#contract';
import { useBlastRadius } from '../../api/useImpact.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { ServiceGraph, type GraphService } from '../../components/ServiceGraph/index.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const HEIGHT_PX = 320;

const STATE_LABELS: Readonly<Record<BlastState, string>> = { origin: 'Origin', failing: 'Failing', degraded: 'Degraded', 'at-risk': 'At risk' };
/** A service is drawn as on the Services page; the origin is marked in addition. */
const STATE_HEALTH: Readonly<Record<BlastState, ServiceHealth>> = { origin: 'failing', failing: 'failing', degraded: 'degraded', 'at-risk': 'at_risk' };

/** Where it began, what fails, and what may fail next. */
export function BlastRadiusBlock({ incident }: { incident: Incident }) {
  const radius = useBlastRadius(incident.number);
  return (
    <QueryView query={radius} loading={<Skeleton rows={1} height={HEIGHT_PX} />}>
      {(data) => <Radius radius={data} />}
    </QueryView>
  );
}

function Radius({ radius }: { radius: BlastRadius }) {
  const styles = useStyles2(getStyles);
  const services = useMemo(() => radius.nodes.map(toService), [radius.nodes]);
  if (services.length === 0) {
    return <span className={styles.dim}>No service is known yet.</span>;
  }
  return (
    <div data-testid={testIds.incident.blastRadius}>
      <ServiceGraph
        services={services}
        edges={radius.edges}
        height={`${HEIGHT_PX}px`}
        onChoose={(service) => locationService.push(`${paths.services()}?service=${encodeURIComponent(service)}`)}
      />
      <ul className={styles.legend}>
        {BLAST_STATES.map((state) => (
          <li key={state}>
            {STATE_LABELS[state]}: {radius.nodes.filter((node) => node.state === state).length}
          </li>
        ))}
        {radius.edges.length === 0 && <li>The catalogue knows no dependencies between these services.</li>}
        {radius.leftOut > 0 && <li>{countOf(radius.leftOut, 'more service')} at risk not drawn.</li>}
      </ul>
    </div>
  );
}

function toService({ service, state, alertsFiring, alertsTotal, severity, hops }: BlastRadius['nodes'][number]): GraphService {
  const alerts = alertsTotal === 0 ? 'no alerts of its own' : `${alertsFiring} of ${alertsTotal} firing`;
  return {
    name: service,
    health: STATE_HEALTH[state],
    isOrigin: state === 'origin',
    detail: state === 'at-risk' ? `${hops} ${hops === 1 ? 'step' : 'steps'} away` : severity === null ? alerts : `${SEVERITY_LABELS[severity]}, ${alerts}`,
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({
    listStyle: 'none',
    margin: theme.spacing(1, 0, 0),
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  dim: css({ color: theme.colors.text.secondary }),
});

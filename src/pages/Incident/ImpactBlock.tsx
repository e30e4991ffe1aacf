import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useNow } from '../../hooks/useNow.ts';
import { formatAmount } from '../../model/amounts.ts';
import { runningTime } from '../../model/clocks.ts';
import { formatDuration } from '../../model/duration.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { testIds } from '../../testIds.ts';

const SERVICES_SHOWN = 12;

/** Whom and what it hurts, and why that makes this severity. */
export function ImpactBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const { impactDetails: impact, severityInputs: inputs, services } = incident;
  const affected = impact.affected.length > 0 ? impact.affected : services;
  const places = [...impact.regions, ...impact.clusters];
  return (
    <div className={styles.stack} data-testid={testIds.incident.impact}>
      <Lasted incident={incident} />
      <dl className={styles.facts}>
        {impact.users !== null && <Fact name="Users">up to {formatAmount(impact.users)}</Fact>}
        {impact.runningCost !== null && (
          <Fact name="Cost so far">
            {formatAmount(impact.runningCost)}
            {impact.costPerMinute !== null && <span className={styles.dim}> ({formatAmount(impact.costPerMinute)} a minute)</span>}
          </Fact>
        )}
        {impact.businessServices.length > 0 && (
          <Fact name="Business">
            {impact.businessServices.map(({ name, criticality, state }) => (
              <div key={name}>
                {name} <span className={styles.dim}>({criticality}{state === 'at-risk' && ', at risk'})</span>
              </div>
            ))}
          </Fact>
        )}
        {places.length > 0 && <Fact name="Where">{places.join(', ')}</Fact>}
        <Fact name="Affected">{affected.length === 0 ? 'No alert names a service.' : <Names names={affected} first={incident.primaryService} />}</Fact>
        {impact.atRisk.length > 0 && (
          <Fact name="At risk">
            <Names names={impact.atRisk} first={null} />
          </Fact>
        )}
      </dl>
      {inputs !== null && (
        <div className={styles.why}>
          {incident.severityOrigin === 'manual' ? `Set to ${SEVERITY_LABELS[incident.severity]} by a person. Computed: ` : 'Why '}
          {SEVERITY_LABELS[inputs.severity]}: impact {inputs.impact} ({inputs.impactReason}), urgency {inputs.urgency} ({inputs.urgencyReason})
          {inputs.boundReason !== null && `; ${inputs.boundReason}`}.
        </div>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}

function Names({ names, first }: { names: readonly string[]; first: string | null }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.services}>
      {names.slice(0, SERVICES_SHOWN).map((name) => (
        <li key={name} className={styles.service}>
          {name}
          {name === first && <span className={styles.dim}> (first)</span>}
        </li>
      ))}
      {names.length > SERVICES_SHOWN && (
        <li className={styles.dim} title={names.slice(SERVICES_SHOWN).join(', ')}>
          and {names.length - SERVICES_SHOWN} more
        </li>
      )}
    </ul>
  );
}

function Lasted({ incident }: { incident: Incident }) {
  const clock = runningTime(incident, useNow());
  return (
    <div>
      <strong>
        {clock.ticking ? 'Running' : 'Lasted'} {formatDuration(clock.milliseconds)}
      </strong>
      , {incident.alertsFiring.toLocaleString()} of {incident.alertsTotal.toLocaleString()} alerts firing
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  facts: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.75) }),
  fact: css({ display: 'flex', gap: theme.spacing(1) }),
  name: css({ flex: '0 0 84px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ margin: 0, minWidth: 0, overflowWrap: 'anywhere' }),
  services: css({ listStyle: 'none', margin: 0, display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  service: css({
    padding: theme.spacing(0, 0.75),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
  }),
  why: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  dim: css({ color: theme.colors.text.secondary }),
});

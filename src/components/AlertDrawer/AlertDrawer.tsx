import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Drawer, LinkButton, useStyles2 } from '@grafana/ui';
import { DETECTOR_SOURCE, type Alert } from '#contract';
import { useAlert } from '../../api/useAlerts.ts';
import { AlertStatusText } from '../AlertStatusText.tsx';
import { Instant } from '../Instant.tsx';
import { QueryView } from '../QueryView.tsx';
import { SeverityBadge } from '../SeverityBadge.tsx';
import { isWebAddress } from '../../model/webAddress.ts';
import { testIds } from '../../testIds.ts';
import { AlertNoisePart } from './AlertNoisePart.tsx';
import { AlertPlacePart } from './AlertPlacePart.tsx';
import { AlertTrendPart } from './AlertTrendPart.tsx';

/** Everything about one alert, and the ways back to where it comes from. */
export function AlertDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const alert = useAlert(id);
  return (
    <Drawer title={alert.data?.name ?? 'Alert'} subtitle={<span className={styles.summary}>{alert.data?.summary}</span>} size="md" onClose={onClose}>
      <div data-testid={testIds.incident.alertDrawer}>
        <QueryView query={alert}>{(data) => <AlertDetails alert={data} />}</QueryView>
      </div>
    </Drawer>
  );
}

const LINKS = [
  { key: 'rule', label: 'Alert rule', icon: 'bell' },
  { key: 'dashboard', label: 'Dashboard', icon: 'apps' },
  { key: 'panel', label: 'Panel', icon: 'graph-bar' },
  { key: 'silence', label: 'Silence', icon: 'bell-slash' },
  { key: 'runbook', label: 'Runbook', icon: 'book-open' },
  { key: 'image', label: 'Image', icon: 'camera' },
] as const satisfies ReadonlyArray<{ key: keyof Alert['links']; label: string; icon: IconName }>;

const HISTORY_WORDS: Readonly<Record<Alert['history'][number]['kind'], string>> = {
  opened: 'Began to fire',
  changed: 'Changed',
  resolved: 'Resolved',
  superseded: 'Replaced by a newer one of the same alert',
};

function AlertDetails({ alert }: { alert: Alert }) {
  const styles = useStyles2(getStyles);
  const isFound = alert.source === DETECTOR_SOURCE;
  return (
    <div className={styles.stack}>
      <div className={styles.line}>
        <SeverityBadge severity={alert.severity} />
        <AlertStatusText status={alert.status} />
        <span className={styles.dim}>
          since <Instant at={alert.startsAt} as="clock" />
        </span>
        {alert.saidStartsAt !== null && (
          <span className={styles.dim}>
            its source wrote {alert.saidStartsAt} as the start, which cannot be; counted from when it came
          </span>
        )}
        {alert.endsAt !== null && alert.status === 'resolved' && (
          <span className={styles.dim}>
            until <Instant at={alert.endsAt} as="clock" />
          </span>
        )}
        <span className={styles.dim}>
          told {alert.occurrences.toLocaleString()} {alert.occurrences === 1 ? 'time' : 'times'} by {isFound ? 'a detector' : alert.source}
        </span>
      </div>
      <div className={styles.line}>
        {LINKS.map(({ key, label, icon }) => {
          const address = alert.links[key];
          return address !== undefined && isWebAddress(address) ? (
            <LinkButton key={key} size="sm" variant="secondary" icon={icon} href={address} target="_blank" rel="noreferrer">
              {key === 'rule' && isFound ? 'Detector' : label}
            </LinkButton>
          ) : null;
        })}
      </div>
      <AlertNoisePart alert={alert} />
      <AlertPlacePart alert={alert} />
      <Part title="Before">
        <AlertTrendPart id={alert.id} />
      </Part>
      <Part title="Labels">
        <Pairs pairs={alert.labels} />
      </Part>
      {Object.keys(alert.derived).length > 0 && (
        <Part title="Derived labels (added by Muster)">
          <Pairs pairs={alert.derived} />
        </Part>
      )}
      {Object.keys(alert.annotations).length > 0 && (
        <Part title="Annotations">
          <Pairs pairs={alert.annotations} />
        </Part>
      )}
      {alert.values !== null && Object.keys(alert.values).length > 0 && (
        <Part title="Values">
          <Pairs pairs={asText(alert.values)} />
        </Part>
      )}
      <Part title="History">
        <ol className={styles.history}>
          {alert.history.map(({ at, kind, values }, index) => (
            <li key={`${at}-${index}`}>
              <Instant at={at} as="clock" /> {HISTORY_WORDS[kind]}
              {values !== null && Object.keys(values).length > 0 && (
                <span className={styles.dim}>
                  {' '}
                  ({Object.entries(asText(values)).map(([name, value]) => `${name} = ${value}`).join(', ')})
                </span>
              )}
            </li>
          ))}
        </ol>
      </Part>
      {Object.keys(alert.details).length > 0 && (
        <Part title="As it came">
          <pre className={styles.raw}>{JSON.stringify(alert.details, null, 2)}</pre>
        </Part>
      )}
    </div>
  );
}

function asText(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <section>
      <h4 className={styles.title}>{title}</h4>
      {children}
    </section>
  );
}

function Pairs({ pairs }: { pairs: Readonly<Record<string, string>> }) {
  const styles = useStyles2(getStyles);
  return (
    <dl className={styles.pairs}>
      {Object.entries(pairs).map(([name, value]) => (
        <div key={name} className={styles.pair}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  summary: css({ overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), '&:empty': { display: 'none' } }),
  dim: css({ color: theme.colors.text.secondary }),
  title: css({ ...theme.typography.h6, margin: theme.spacing(0, 0, 0.5) }),
  pairs: css({ margin: 0, fontSize: theme.typography.bodySmall.fontSize }),
  pair: css({ display: 'flex', gap: theme.spacing(1), padding: theme.spacing(0.25, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  name: css({ flex: '0 0 35%', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular, overflowWrap: 'anywhere' }),
  value: css({ margin: 0, minWidth: 0, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
  history: css({ listStyle: 'none', margin: 0, fontVariantNumeric: 'tabular-nums' }),
  raw: css({ maxHeight: 320, overflow: 'auto', fontSize: theme.typography.bodySmall.fontSize }),
});

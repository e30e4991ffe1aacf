import { css } from '@emotion/css';
import { useState, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Source } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { formatDuration } from '../../model/duration.ts';
import { testIds } from '../../testIds.ts';
import { FingerprintModal } from './FingerprintModal.tsx';
import { HeartbeatModal } from './HeartbeatModal.tsx';
import { MappingModal } from './MappingModal.tsx';
import { ReconciliationRow } from './ReconciliationRow.tsx';
import { SourceSeverityModal } from './SourceSeverityModal.tsx';

type Rule = 'mapping' | 'heartbeat' | 'fingerprint' | 'severity';

/** What is set for this one source, each with the way to change it. */
export function SourceRules({ source }: { source: Source }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState<Rule | null>(null);
  const { rules, kind } = source;
  const close = () => setOpen(null);
  const labels = rules.fingerprintLabels;
  const values = rules.severity === null ? 0 : Object.keys(rules.severity.values).length;

  return (
    <dl className={styles.rules} data-testid={testIds.settings.rules}>
      {kind === 'generic' && (
        <Row name="Mapping" source={source} onChange={() => setOpen('mapping')}>
          {rules.mapping === null ? <span className={styles.warning}>not set: everything is kept as a dead letter</span> : `alerts at ${rules.mapping.alerts}, the same by ${rules.mapping.identity.join(', ')}`}
        </Row>
      )}
      <Row name="Heartbeat" source={source} onChange={() => setOpen('heartbeat')}>
        {rules.heartbeatSeconds === null ? 'silence is not watched' : `silent for ${formatDuration(rules.heartbeatSeconds * 1000)} opens an alert`}
        {source.silentSince !== null && (
          <span className={styles.bad}>
            {' '}
            · silent since <Instant at={source.silentSince} />
          </span>
        )}
      </Row>
      {kind !== 'change' && (
        <Row name="Severities" source={source} onChange={() => setOpen('severity')}>
          {rules.severity === null ? 'as in the mapping of the organisation' : `${values} ${values === 1 ? 'word' : 'words'} of its own`}
        </Row>
      )}
      {kind !== 'generic' && kind !== 'change' && (
        <Row name="Fingerprint" source={source} onChange={() => setOpen('fingerprint')}>
          {labels === null ? "the sender's own" : `by ${labels.join(', ')}`}
        </Row>
      )}
      {kind === 'grafana' && <ReconciliationRow source={source} />}
      {open === 'mapping' && <MappingModal source={source} onClose={close} />}
      {open === 'heartbeat' && <HeartbeatModal source={source} onClose={close} />}
      {open === 'fingerprint' && <FingerprintModal source={source} onClose={close} />}
      {open === 'severity' && <SourceSeverityModal source={source} onClose={close} />}
    </dl>
  );
}

function Row({ name, source, onChange, children }: { name: string; source: Source; onChange: () => void; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  return (
    <div className={styles.row}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>
        {children}
        {can('editSource') && !source.provisioned && (
          <Button size="sm" variant="secondary" fill="text" aria-label={`Change ${name.toLowerCase()}`} onClick={onChange}>
            Change
          </Button>
        )}
      </dd>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rules: css({ margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0, 1), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  name: css({ flex: '0 0 110px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ flex: '1 1 200px', margin: 0, minWidth: 0, overflowWrap: 'anywhere' }),
  warning: css({ color: theme.colors.warning.text }),
  bad: css({ color: theme.colors.error.text }),
});

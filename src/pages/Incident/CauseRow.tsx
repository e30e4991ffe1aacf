import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2 } from '@grafana/ui';
import type { Cause, CauseVerdict } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { Evidence } from '../../components/Evidence.tsx';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { testIds } from '../../testIds.ts';
import { CauseSeriesList } from './CauseSeriesList.tsx';
import { CauseVerdictDialog } from './CauseVerdictDialog.tsx';

interface Props {
  number: number;
  cause: Cause;
  place: number;
  /** Its evidence is shown from the beginning. */
  startsOpen: boolean;
}

/** One possible cause: how sure, why, and what people found out of it. */
export function CauseRow({ number, cause, place, startsOpen }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [isOpen, setIsOpen] = useState(startsOpen);
  const [asked, setAsked] = useState<CauseVerdict | null>(null);
  const hasEvidence = cause.evidence.length > 0 || cause.series.length > 0;
  const name = cause.origin === 'engine' && cause.service !== null ? cause.service : cause.text;
  return (
    <li className={styles.row} data-testid={testIds.incident.causeRow}>
      <div className={styles.line}>
        <strong className={cause.verdict === 'refuted' ? styles.refuted : undefined}>
          {place}. {name}
        </strong>
        {cause.origin === 'person' && cause.service !== null && <span className={styles.dim}>({cause.service})</span>}
        {cause.verdict === 'open' && <span className={styles.dim}>{cause.confidence === null ? 'a guess; nothing measured speaks for it' : formatShare(cause.confidence)}</span>}
        {cause.verdict === 'confirmed' && <Badge text="Confirmed" color="green" icon="check" />}
        {cause.verdict === 'refuted' && <Badge text="Refuted" color="red" icon="times" />}
      </div>
      {cause.judgedBy !== null && cause.judgedAt !== null && (
        <div className={styles.dim}>
          {cause.verdict === 'open' ? 'Left open again' : cause.verdict === 'confirmed' ? 'Confirmed' : 'Refuted'} by {cause.judgedBy.name}, <Instant at={cause.judgedAt} />
          {cause.note !== '' && `: ${cause.note}`}
        </div>
      )}
      {cause.judgedBy === null && cause.addedBy !== null && cause.addedAt !== null && (
        <div className={styles.dim}>
          Added by {cause.addedBy.name}, <Instant at={cause.addedAt} />
        </div>
      )}
      <div className={styles.line}>
        {hasEvidence && (
          <Button size="sm" fill="text" variant="secondary" icon={isOpen ? 'angle-down' : 'angle-right'} aria-expanded={isOpen} aria-label={`Evidence for ${name}`} onClick={() => setIsOpen(!isOpen)}>
            Evidence
          </Button>
        )}
        {can('judgeCause') && cause.verdict !== 'confirmed' && (
          <Button size="sm" fill="text" variant="secondary" aria-label={`Confirm ${name}`} onClick={() => setAsked('confirmed')}>
            Confirm
          </Button>
        )}
        {can('judgeCause') && cause.verdict !== 'refuted' && (
          <Button size="sm" fill="text" variant="secondary" aria-label={`Refute ${name}`} onClick={() => setAsked('refuted')}>
            Refute
          </Button>
        )}
        {can('judgeCause') && cause.verdict !== 'open' && (
          <Button size="sm" fill="text" variant="secondary" aria-label={`Open ${name} again`} onClick={() => setAsked('open')}>
            Open again
          </Button>
        )}
      </div>
      {isOpen && cause.series.length > 0 && <CauseSeriesList series={cause.series} />}
      {isOpen && cause.evidence.length > 0 && <Evidence contributions={cause.evidence} />}
      {asked !== null && <CauseVerdictDialog number={number} cause={cause} name={name} verdict={asked} onClose={() => setAsked(null)} />}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0 }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  refuted: css({ textDecoration: 'line-through' }),
  dim: css({ color: theme.colors.text.secondary }),
});

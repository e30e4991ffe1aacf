import { css } from '@emotion/css';
import { Link } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2 } from '@grafana/ui';
import { incidentKey, type LearnedEffect, type LearnedItem } from '#contract';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { learnedEvidence, learnedName } from '../../model/learning.ts';
import { toPoints } from '../../model/points.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

type Colour = 'green' | 'orange' | 'blue' | 'purple' | 'darkgrey';
const EFFECTS: Readonly<Record<LearnedEffect, { readonly text: string; readonly color: Colour }>> = {
  together: { text: 'Together', color: 'green' },
  apart: { text: 'Apart', color: 'orange' },
  held: { text: 'Held', color: 'purple' },
  sooner: { text: 'Sooner', color: 'blue' },
  none: { text: 'No effect yet', color: 'darkgrey' },
};

interface Props {
  item: LearnedItem;
  onForget: (() => void) | null;
  onIgnore: (() => void) | null;
  onAllow: (() => void) | null;
}

/** One thing that was learned: what it does, from what, and when that was last seen. */
export function LearnedRow({ item, onForget, onIgnore, onAllow }: Props) {
  const styles = useStyles2(getStyles);
  const name = learnedName(item);
  const { text, color } = EFFECTS[item.effect];
  const evidence = learnedEvidence(item);
  return (
    <section className={styles.row} aria-label={name} data-testid={testIds.correlation.learned}>
      <div className={styles.text}>
        <div className={styles.line}>
          <strong>{name}</strong>
          <Badge color={color} text={text} />
          {item.weight !== 0 && (
            <span className={styles.dim} title={item.kind === 'pair' ? '+0.7 doubles the odds that they belong together' : 'Points added to the score of such a candidate'}>
              {item.weight > 0 ? '+' : '−'}
              {item.kind === 'pair' ? Math.abs(item.weight).toFixed(1) : toPoints(Math.abs(item.weight))}
            </span>
          )}
        </div>
        <div>{item.summary}</div>
        {evidence !== '' && <div className={styles.dim}>{evidence}</div>}
        <div className={styles.line}>
          <span className={styles.dim}>
            Last seen <Instant at={item.lastSeenAt} />, from
          </span>
          {item.incidents.map((number) => (
            <Link key={number} className={styles.link} to={paths.incident(number)}>
              {incidentKey(number)}
            </Link>
          ))}
        </div>
        {item.ignored !== null && (
          <div className={styles.dim}>
            {item.ignored.by.name} said <Instant at={item.ignored.at} /> that this is not to be learned: {item.ignored.reason}
          </div>
        )}
      </div>
      <div className={styles.line}>
        {onForget !== null && (
          <Button size="sm" variant="secondary" icon="history-alt" onClick={onForget} aria-label={`Forget ${name}`}>
            Forget…
          </Button>
        )}
        {onIgnore !== null && (
          <Button size="sm" variant="secondary" icon="ban" onClick={onIgnore} aria-label={`Do not learn ${name}`}>
            Do not learn this…
          </Button>
        )}
        {onAllow !== null && (
          <Button size="sm" variant="secondary" icon="check" onClick={onAllow} aria-label={`Allow ${name} again`}>
            Allow again
          </Button>
        )}
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css(rowStyle(theme)),
  text: css({ display: 'flex', flex: '1 1 320px', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center', flexWrap: 'wrap' }),
  dim: css({ color: theme.colors.text.secondary }),
  link: css({ color: theme.colors.text.link }),
});

import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Calibration } from '#contract';
import { formatShare, formatShareRange } from '../../model/amounts.ts';

/** By how sure it was: how often it was right. What is said to be 70 % likely should come true in 70 of 100. */
export function CalibrationTable({ calibration: { bins }, title }: { calibration: Calibration; title: string }) {
  const styles = useStyles2(getStyles);
  const [isOpen, setIsOpen] = useState(false);
  if (bins.length === 0) return null;
  return (
    <div className={styles.stack}>
      <Button size="sm" fill="text" variant="secondary" icon={isOpen ? 'angle-down' : 'angle-right'} aria-expanded={isOpen} aria-label={`How sure it was, and how often it was right: ${title}`} onClick={() => setIsOpen(!isOpen)}>
        How sure it was, and how often it was right
      </Button>
      {isOpen && (
        <div className={styles.scroll} role="region" aria-label={`${title} by how sure it was`} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">It was sure to</th>
                <th scope="col">How often</th>
                <th scope="col">On average</th>
                <th scope="col">Came true</th>
                <th scope="col">95 % sure</th>
              </tr>
            </thead>
            <tbody>
              {bins.map(({ from, to, count, said, came, interval }) => (
                <tr key={from}>
                  <th scope="row">{formatShareRange({ low: from, high: to })}</th>
                  <td>{count.toLocaleString()}</td>
                  <td>{said === null ? '–' : formatShare(said)}</td>
                  <td>{came === null ? '–' : formatShare(came)}</td>
                  <td>{formatShareRange(interval)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', margin: theme.spacing(0.5, 0), '& > *': { maxWidth: '100%' } }),
  scroll: css({ overflowX: 'auto' }),
  table: css({
    borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums',
    '& th, & td': { padding: theme.spacing(0.5, 1), textAlign: 'left', borderBottom: `1px solid ${theme.colors.border.weak}`, fontWeight: theme.typography.fontWeightRegular },
    '& tbody th, & td': { whiteSpace: 'nowrap' },
    '& thead th': { color: theme.colors.text.secondary },
  }),
});

import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import { useSummary } from '../../api/useInsights.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { testIds } from '../../testIds.ts';

/** The incident in short, to be read to somebody who has just come, or taken along. */
export function SummaryBlock({ number }: { number: number }) {
  const styles = useStyles2(getStyles);
  const summary = useSummary(number);
  return (
    <div data-testid={testIds.incident.summary}>
      <QueryView query={summary} loading={<Skeleton rows={6} height={24} />}>
        {({ parts, text, at }) => (
          <div className={styles.stack}>
            <dl className={styles.parts}>
              {parts.map(({ part, label, lines }) => (
                <div key={part} className={styles.part}>
                  <dt className={styles.label}>{label}</dt>
                  <dd className={styles.lines}>
                    {lines.map((line) => (
                      <div key={line}>{line}</div>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
            <div className={styles.foot}>
              <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => text}>
                Copy the summary
              </ClipboardButton>
              <span className={styles.label}>
                Written from what Muster knows, <Instant at={at} />
              </span>
            </div>
          </div>
        )}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  parts: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  part: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2) }),
  label: css({ flex: '0 0 130px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  lines: css({ flex: '1 1 260px', minWidth: 0, margin: 0, overflowWrap: 'anywhere' }),
  foot: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), '& > span': { flex: '1 1 auto' } }),
});

import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { NOISE_SCORE_ORDERS, type NoiseScoreOrder } from '#contract';
import { useNoiseScores } from '../../api/useNoise.ts';
import { Choice } from '../../components/Choice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { percent } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';

const SPANS = ['1', '7', '30'] as const;
const SPAN_LABELS = { '1': 'Today', '7': '7 days', '30': '30 days' } as const;
const ORDER_LABELS: Readonly<Record<NoiseScoreOrder, string>> = { score: 'By noise', incidents: 'By incidents' };

/** Alert rules by how little came of them, or by how often they made an incident. */
export function ScoresTab() {
  const styles = useStyles2(getStyles);
  const [days, setDays] = useState<(typeof SPANS)[number]>('7');
  const [order, setOrder] = useState<NoiseScoreOrder>('score');
  const list = useNoiseScores(Number(days), order);
  return (
    <div className={styles.tab}>
      <div className={styles.choices}>
        <Choice label="Time span" options={SPANS} labels={SPAN_LABELS} value={days} onChange={setDays} size="sm" />
        <Choice label="Order" options={NOISE_SCORE_ORDERS} labels={ORDER_LABELS} value={order} onChange={setOrder} size="sm" />
      </div>
      <QueryView query={list} loading={<Skeleton rows={8} height={40} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          const to = pages[0]?.to;
          return items.length === 0 ? (
            <EmptyState variant="completed" message="No alert rule has fired in this time" />
          ) : (
            <>
              <div className={styles.scroll} role="region" aria-label="Alert rules by noise" tabIndex={0}>
                <table className={styles.table}>
                  <thead>
                    <tr>
                      <th scope="col">Score</th>
                      <th scope="col">Alert rule</th>
                      <th scope="col">Alerts</th>
                      <th scope="col">Incidents</th>
                      <th scope="col" title="Of those that ended: resolved in under five minutes, and nobody acted">Gone in 5 min</th>
                      <th scope="col" title="Of those in incidents: nobody acknowledged the incident">No action</th>
                      <th scope="col">Flaps</th>
                      <th scope="col">Held back</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((score) => (
                      <tr key={`${score.source}/${score.name}`} data-testid={testIds.noise.scoreRow}>
                        <td>
                          <span className={styles.bar}>
                            <span className={styles.fill} style={{ width: `${score.score}%` }} />
                          </span>
                          {score.score}
                        </td>
                        <td>
                          <div className={styles.name}>
                            {score.ruleUrl === null ? score.name : <TextLink href={score.ruleUrl} external inline={false}>{score.name}</TextLink>}
                            <span className={styles.dim}>{score.source}</span>
                          </div>
                        </td>
                        <td>{score.alerts.toLocaleString()}</td>
                        <td>{score.incidents.toLocaleString()}</td>
                        <td>{percent(score.autoResolvedShare)}</td>
                        <td>{percent(score.noActionShare)}</td>
                        <td>{score.flaps.toLocaleString()}</td>
                        <td>{score.heldBack.toLocaleString()}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {to !== undefined && <div className={styles.dim}>Worked out <Instant at={to} />. The name leads to the rule in Grafana.</div>}
              {list.hasNextPage && (
                <Button variant="secondary" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Load more
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  choices: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  scroll: css({ overflowX: 'auto', maxWidth: '100%' }),
  table: css({
    width: '100%',
    minWidth: 720,
    'th, td': { padding: theme.spacing(0.75, 1), textAlign: 'left', borderBottom: `1px solid ${theme.colors.border.weak}`, verticalAlign: 'top' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' },
  }),
  name: css({ overflowWrap: 'anywhere', display: 'flex', flexDirection: 'column' }),
  bar: css({ display: 'inline-block', width: 48, height: 6, marginRight: theme.spacing(1), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.pill, overflow: 'hidden', verticalAlign: 'middle' }),
  fill: css({ display: 'block', height: '100%', background: theme.colors.warning.main }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});

import { css } from '@emotion/css';
import { useState, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey } from '#contract';
import { useRunbookStatistics } from '../../api/useRunbooks.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { formatDuration } from '../../model/duration.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const FIGURES_HEIGHT_PX = 76;

/** Coverage, success, time saved, what is stale; and the grave incidents that no runbook fitted. */
export function Statistics() {
  const styles = useStyles2(getStyles);
  const statistics = useRunbookStatistics();
  const [shown, setShown] = useState<'uncovered' | 'stale' | null>(null);
  const toggle = (what: 'uncovered' | 'stale'): void => setShown(shown === what ? null : what);
  return (
    <div data-testid={testIds.runbooks.coverage}>
      <QueryView query={statistics} loading={<Skeleton rows={1} height={FIGURES_HEIGHT_PX} />}>
        {(data) => (
          <>
            <div className={styles.figures}>
              <Figure value={data.coverage === null ? '–' : formatShare(data.coverage)} label={`of ${countOf(data.incidents, 'grave incident')} had a runbook`}>
                {data.uncovered.length > 0 && (
                  <Button size="sm" fill="text" aria-expanded={shown === 'uncovered'} onClick={() => toggle('uncovered')}>
                    {`${data.uncovered.length} had none`}
                  </Button>
                )}
              </Figure>
              <Figure value={data.successRate === null ? '–' : formatShare(data.successRate)} label={`of ${countOf(data.runs, 'run')} succeeded`} />
              <Figure value={formatDuration(data.minutesSaved * 60_000)} label="of work saved" />
              <Figure value={String(data.stale.length)} label={data.stale.length === 1 ? 'is stale' : 'are stale'}>
                {data.stale.length > 0 && (
                  <Button size="sm" fill="text" aria-expanded={shown === 'stale'} onClick={() => toggle('stale')}>
                    Which
                  </Button>
                )}
              </Figure>
              <div className={styles.since}>
                SEV1 and SEV2 since <Instant at={data.since} as="clock" />
              </div>
            </div>
            {shown === 'uncovered' && (
              <ul className={styles.list} aria-label="Incidents that no runbook fitted">
                {data.uncovered.map(({ number, title, services }) => (
                  <li key={number}>
                    <TextLink href={paths.incident(number)} inline>{`${incidentKey(number)} ${title}`}</TextLink> <span className={styles.dim}>{services.join(', ')}</span>
                  </li>
                ))}
              </ul>
            )}
            {shown === 'stale' && (
              <ul className={styles.list} aria-label="Stale runbooks">
                {data.stale.map(({ id, title, lastTestedAt }) => (
                  <li key={id}>
                    <TextLink href={paths.runbook(id)} inline>
                      {title}
                    </TextLink>{' '}
                    <span className={styles.dim}>
                      {lastTestedAt === null ? (
                        'never tested'
                      ) : (
                        <>
                          tested <Instant at={lastTestedAt} />
                        </>
                      )}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </QueryView>
    </div>
  );
}

function Figure({ value, label, children }: { value: string; label: string; children?: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.figure}>
      <div className={styles.value}>{value}</div>
      <div className={styles.dim}>{label}</div>
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  figures: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 4), minHeight: FIGURES_HEIGHT_PX, alignItems: 'flex-start' }),
  figure: css({ minWidth: 120 }),
  value: css({ ...theme.typography.h3, margin: 0, fontVariantNumeric: 'tabular-nums' }),
  since: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, marginLeft: 'auto' }),
  dim: css({ color: theme.colors.text.secondary }),
  list: css({ listStyle: 'none', margin: theme.spacing(1, 0, 0), maxHeight: 240, overflow: 'auto', overflowWrap: 'anywhere' }),
});

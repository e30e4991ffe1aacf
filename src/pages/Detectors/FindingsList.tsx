import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import type { DetectorId, FindingVerdict } from '#contract';
import { useFindings, useJudgeFinding } from '../../api/useDetectors.ts';
import { useCan } from '../../api/useMe.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { FindingRow } from './FindingRow.tsx';

interface Props {
  filter: { readonly detector?: DetectorId; readonly verdict: 'any' | 'none' | FindingVerdict };
  /** With the name of the detector in each row. */
  named?: boolean;
}

/** Findings, the newest first, each to be judged. */
export function FindingsList({ filter, named = false }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const findings = useFindings(filter);
  const judge = useJudgeFinding();
  const [alert, setAlert] = useState<string | null>(null);
  return (
    <section aria-label="Findings" className={styles.stack}>
      <QueryView query={findings} loading={<Skeleton rows={2} height={64} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            filter.detector === undefined ? <EmptyState variant="completed" message={filter.verdict === 'none' ? 'Nothing waits to be judged' : 'Nothing found'} /> : <p className={styles.dim}>Nothing found yet.</p>
          ) : (
            <>
              <ul className={styles.list}>
                {items.map((finding) => (
                  <li key={finding.id}>
                    <FindingRow
                      finding={finding}
                      named={named}
                      busy={judge.isPending && judge.variables.id === finding.id}
                      onAlert={setAlert}
                      {...(can('judgeFinding') ? { onJudge: (verdict: FindingVerdict | null) => judge.mutate({ id: finding.id, verdict }, { onError: (error) => toast.failed(error) }) } : {})}
                    />
                  </li>
                ))}
              </ul>
              {findings.hasNextPage && (
                <Button variant="secondary" size="sm" disabled={findings.isFetchingNextPage} onClick={() => void findings.fetchNextPage()}>
                  Older ones
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
      {alert !== null && <AlertDrawer id={alert} onClose={() => setAlert(null)} />}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), minWidth: 0, '& > *': { maxWidth: '100%' } }),
  dim: css({ margin: 0, color: theme.colors.text.secondary }),
  list: css({ listStyle: 'none', margin: 0, width: '100%', display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
});

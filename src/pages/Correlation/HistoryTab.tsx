import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, EmptyState, useStyles2 } from '@grafana/ui';
import type { CorrelationState, CorrelationVersion } from '#contract';
import { useCorrelationVersions, useRevertCorrelation } from '../../api/useCorrelation.ts';
import { useCan } from '../../api/useMe.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { describeChanges } from '../../model/correlationRules.ts';
import { testIds } from '../../testIds.ts';

/** What was in force when, and the way back to it. */
export function HistoryTab({ state }: { state: CorrelationState }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const versions = useCorrelationVersions();
  const revert = useRevertCorrelation();
  const [asked, setAsked] = useState<number | null>(null);

  return (
    <div className={styles.list}>
      <QueryView query={versions} loading={<Skeleton rows={3} height={64} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState variant="not-found" message="Nothing was activated yet">
                Correlation works as shipped.
              </EmptyState>
            );
          }
          return (
            <>
              {items.map((version) => (
                <VersionRow
                  key={version.version}
                  version={version}
                  inForce={version.version === state.active.version}
                  against={describeChanges(version.settings, state.active.settings)}
                  onRevert={can('revertCorrelation') && version.version !== state.active.version ? () => setAsked(version.version) : null}
                />
              ))}
              {versions.hasNextPage ? (
                <Button variant="secondary" disabled={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
                  Load more
                </Button>
              ) : (
                can('revertCorrelation') && (
                  <Button variant="secondary" fill="outline" disabled={revert.isPending} onClick={() => setAsked(0)}>
                    Back to what Muster ships with…
                  </Button>
                )
              )}
            </>
          );
        }}
      </QueryView>
      {asked !== null && (
        <ReasonDialog
          title={asked === 0 ? 'Back to what Muster ships with' : `Back to version ${asked}`}
          confirmText="Put into force"
          required
          shownIn="in the history"
          hint="It becomes a new version, in force from the next alert on. The draft stays."
          busy={revert.isPending}
          error={revert.error}
          onDismiss={() => setAsked(null)}
          onConfirm={(note = '') =>
            revert.mutate(
              { version: state.version, to: asked, note },
              {
                onSuccess: ({ active }) => {
                  setAsked(null);
                  toast.done(`Version ${active.version} is in force`);
                },
              }
            )
          }
        />
      )}
    </div>
  );
}

interface RowProps {
  version: CorrelationVersion;
  inForce: boolean;
  /** What has changed since. */
  against: string;
  onRevert: (() => void) | null;
}

function VersionRow({ version, inForce, against, onRevert }: RowProps) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.row} aria-label={`Version ${version.version}`} data-testid={testIds.correlation.version}>
      <div className={styles.text}>
        <div className={styles.line}>
          <strong>Version {version.version}</strong>
          {inForce && <Badge color="green" text="In force" />}
          {version.revertedTo !== null && <Badge color="blue" text={version.revertedTo === 0 ? 'Back to as shipped' : `Back to version ${version.revertedTo}`} />}
        </div>
        <div>{version.note}</div>
        <div className={styles.dim}>
          {version.activatedAt !== null && <Instant at={version.activatedAt} as="clock" />} {version.activatedBy?.name}
          {!inForce && against !== '' && ` · since then ${against}`}
        </div>
      </div>
      {onRevert !== null && (
        <Button size="sm" variant="secondary" icon="history" onClick={onRevert}>
          Go back to it…
        </Button>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), alignItems: 'stretch' }),
  row: css(rowStyle(theme)),
  text: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center', flexWrap: 'wrap' }),
  dim: css({ color: theme.colors.text.secondary }),
});

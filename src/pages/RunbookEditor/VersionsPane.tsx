import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { Runbook, RunbookVersion } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useRestoreRunbookVersion, useRunbookVersion, useRunbookVersions } from '../../api/useRunbooks.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { DiffView } from './DiffView.tsx';

interface Props {
  runbook: Runbook;
  /** What stands in the editor. */
  source: string;
  /** The ETag that a restore is based on. */
  version: number;
  readOnly: boolean;
  onRestored: (source: string) => void;
}

/** What was published when; how it differs from what is in the editor; and the way back. */
export function VersionsPane({ runbook, source, version, readOnly, onRestored }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const versions = useRunbookVersions(runbook.id);
  const restore = useRestoreRunbookVersion();
  const [open, setOpen] = useState<number | null>(null);
  const [asked, setAsked] = useState<RunbookVersion | null>(null);
  return (
    <div>
      <QueryView query={versions} loading={<Skeleton rows={3} height={56} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>Nothing was published yet.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((one) => (
                <li key={one.version} className={styles.row} data-testid={testIds.runbooks.version}>
                  <div className={styles.words}>
                    <Stack gap={1} alignItems="center" wrap="wrap">
                      <strong>Version {one.version}</strong>
                      {one.live && <Badge color="green" text="Live" />}
                    </Stack>
                    {one.note !== '' && <div>{one.note}</div>}
                    <div className={styles.dim}>
                      <Instant at={one.publishedAt} as="clock" />, published by {one.publishedBy.name}
                      {one.draftedBy.key !== one.publishedBy.key && `, written by ${one.draftedBy.name}`}
                    </div>
                  </div>
                  <Stack gap={0.5}>
                    <Button size="sm" variant="secondary" fill="text" aria-expanded={open === one.version} aria-label={`Compare with version ${one.version}`} onClick={() => setOpen(open === one.version ? null : one.version)}>
                      Compare
                    </Button>
                    {!readOnly && can('restoreRunbookVersion') && (
                      <Button size="sm" variant="secondary" icon="history" aria-label={`Restore version ${one.version}`} onClick={() => setAsked(one)}>
                        Restore
                      </Button>
                    )}
                  </Stack>
                  {open === one.version && (
                    <div className={styles.whole}>
                      <Difference id={runbook.id} version={one.version} source={source} />
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {asked !== null && (
        <ConfirmModal
          isOpen
          title={`Restore version ${asked.version}`}
          body="Its text becomes the draft; what stands in the draft now is lost. Nothing live changes until you publish it."
          confirmText="Make it the draft"
          onDismiss={() => setAsked(null)}
          onConfirm={() =>
            restore.mutate(
              { id: runbook.id, version, restore: asked.version },
              {
                onSuccess: (now) => {
                  onRestored(now.draft?.source ?? now.source ?? '');
                  toast.done(`Version ${asked.version} is the draft`);
                },
                onError: (error) => toast.failed(error),
                onSettled: () => setAsked(null),
              }
            )
          }
        />
      )}
    </div>
  );
}

function Difference({ id, version, source }: { id: string; version: number; source: string }) {
  const text = useRunbookVersion(id, version);
  return (
    <QueryView query={text} loading={<Skeleton rows={1} height={80} />}>
      {(old) => <DiffView before={old.source} after={source} label={`From version ${version} to what is in the editor`} />}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  whole: css({ flex: '1 1 100%', minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});

import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ConfirmModal, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import type { Detector, DetectorState } from '#contract';
import { useDeleteDetector, useDetectors, useSetDetectorState } from '../../api/useDetectors.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { pastWords, precisionText, STATE_WORDS } from '../../model/detectors.ts';
import { DetectorCard } from './DetectorCard.tsx';
import { DetectorDialog } from './DetectorDialog.tsx';

type Asked = { readonly what: 'edit' | 'remove'; readonly detector: Detector } | { readonly what: 'move'; readonly detector: Detector; readonly state: DetectorState } | { readonly what: 'make' } | null;

const MOVE_TEXTS: Readonly<Record<DetectorState, { readonly title: string; readonly body: (detector: Detector) => string; readonly confirm: string }>> = {
  active: { title: 'Let it alert', body: (detector) => `From now on, what it finds becomes an alert and may become an incident; what it found and is not over does so at once. So far: ${precisionText(detector.precision)}.`, confirm: 'Let it alert' },
  shadow: { title: 'Put it into shadow', body: () => 'Its open alerts end now. It goes on watching, and notes what it would have alerted.', confirm: 'Put into shadow' },
  train: { title: 'Let it learn anew', body: ({ query }) => `What it knows is forgotten, and its open alerts end. It learns from the past ${pastWords(query.kind)}, and then watches in shadow.`, confirm: 'Learn anew' },
};

/** Every detector with its state, health, cost and precision. */
export function DetectorsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const detectors = useDetectors();
  const move = useSetDetectorState();
  const remove = useDeleteDetector();
  const [asked, setAsked] = useState<Asked>(null);
  const ends = { onError: (error: Parameters<typeof toast.failed>[0]) => toast.failed(error), onSettled: () => setAsked(null) };
  return (
    <section className={styles.tab} aria-label="Detectors">
      <Stack gap={2} alignItems="center" justifyContent="space-between" wrap="wrap">
        <p className={styles.intro}>
          A detector learns from the past how a value usually runs, by hour and day. It then watches in shadow: it notes what it would have alerted, and people say whether that was right. Let it alert when it has proved itself.
        </p>
        {can('createDetector') && (
          <Button icon="plus" onClick={() => setAsked({ what: 'make' })}>
            New detector
          </Button>
        )}
      </Stack>
      <div>
        <QueryView query={detectors} loading={<Skeleton rows={3} height={110} />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState variant="not-found" message="No detectors yet">
                {can('createDetector') ? 'Make one: say which value is watched, and look how it would have done over the past month.' : 'A manager makes them.'}
              </EmptyState>
            ) : (
              <ul className={styles.list}>
                {items.map((detector) => (
                  <li key={detector.id}>
                    <DetectorCard
                      detector={detector}
                      {...(can('setDetectorState') ? { onMove: (state: DetectorState) => setAsked({ what: 'move', detector, state }) } : {})}
                      {...(can('putDetector') && detector.provisionedAs === null ? { onEdit: () => setAsked({ what: 'edit', detector }) } : {})}
                      {...(can('deleteDetector') && detector.provisionedAs === null ? { onRemove: () => setAsked({ what: 'remove', detector }) } : {})}
                    />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      {(asked?.what === 'make' || asked?.what === 'edit') && <DetectorDialog known={asked.what === 'edit' ? asked.detector : null} onClose={() => setAsked(null)} />}
      {asked?.what === 'move' && (
        <ConfirmModal
          isOpen
          title={`${MOVE_TEXTS[asked.state].title}: “${asked.detector.name}”`}
          body={MOVE_TEXTS[asked.state].body(asked.detector)}
          confirmText={MOVE_TEXTS[asked.state].confirm}
          confirmButtonVariant="primary"
          onDismiss={() => setAsked(null)}
          onConfirm={() => move.mutate(asked, { ...ends, onSuccess: ({ name, state }) => toast.done(`${name}: ${STATE_WORDS[state].toLowerCase()}`) })}
        />
      )}
      {asked?.what === 'remove' && (
        <ConfirmModal
          isOpen
          title={`Remove “${asked.detector.name}”`}
          body="What it knows is forgotten, and its open alerts end. Its findings are kept."
          confirmText="Remove"
          onDismiss={() => setAsked(null)}
          onConfirm={() => remove.mutate(asked.detector, { ...ends, onSuccess: () => toast.done(`${asked.detector.name}: removed`) })}
        />
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  intro: css({ margin: 0, color: theme.colors.text.secondary, flex: '1 1 320px', maxWidth: 760 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});

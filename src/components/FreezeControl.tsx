import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import { useAutomation, useFreeze } from '../api/useAutomation.ts';
import { useCan } from '../api/useMe.ts';
import { useToast } from '../hooks/useToast.ts';
import { testIds } from '../testIds.ts';
import { Instant } from './Instant.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';

/** Red, while nothing may start by itself; and the way back. Nothing at all otherwise. */
export function FrozenBanner() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const automation = useAutomation({ enabled: can('getAutomation') });
  const [asks, setAsks] = useState(false);
  const frozen = automation.data?.frozen ?? null;
  if (frozen === null) return null;
  return (
    <div className={styles.banner} role="status" data-testid={testIds.runbooks.frozen}>
      <Icon name="pause" size="lg" aria-hidden />
      <div className={styles.words}>
        <strong>Automation is frozen. No runbook starts by itself.</strong>
        <div>
          {frozen.by.name}, <Instant at={frozen.at} />: {frozen.reason}
        </div>
      </div>
      {can('unfreezeAutomation') && (
        <Button size="sm" variant="secondary" icon="play" onClick={() => setAsks(true)}>
          Let it go on…
        </Button>
      )}
      {asks && <FreezeDialog freeze={false} onClose={() => setAsks(false)} />}
    </div>
  );
}

/** Stops all automation, with a reason. Gone while it is frozen. */
export function FreezeButton() {
  const can = useCan();
  const automation = useAutomation({ enabled: can('getAutomation') });
  const [asks, setAsks] = useState(false);
  if (automation.data === undefined || automation.data.frozen !== null || !can('freezeAutomation')) return null;
  return (
    <>
      <Button variant="destructive" icon="pause" onClick={() => setAsks(true)}>
        Freeze automation
      </Button>
      {asks && <FreezeDialog freeze onClose={() => setAsks(false)} />}
    </>
  );
}

function FreezeDialog({ freeze, onClose }: { freeze: boolean; onClose: () => void }) {
  const toast = useToast();
  const change = useFreeze();
  return (
    <ReasonDialog
      title={freeze ? 'Freeze automation' : 'Let automation go on'}
      confirmText={freeze ? 'Freeze' : 'Go on'}
      destructive={freeze}
      required
      shownIn="on all pages of runbooks and in the audit log"
      hint={
        freeze
          ? 'From now on no runbook starts by itself, for nobody in this organisation. Runs that go on already are not stopped, and people can still start runs.'
          : 'From now on triggers start runbooks again, as far as they are allowed to. What they missed meanwhile is not made up for.'
      }
      busy={change.isPending}
      error={change.error}
      onDismiss={onClose}
      onConfirm={(reason = '') =>
        change.mutate(
          { freeze, reason },
          {
            onSuccess: () => {
              onClose();
              toast.done(freeze ? 'Automation is frozen' : 'Automation goes on');
            },
          }
        )
      }
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  banner: css({
    display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), alignItems: 'center', padding: theme.spacing(1.5, 2), marginBottom: theme.spacing(2), borderRadius: theme.shape.radius.default,
    border: `1px solid ${theme.colors.error.border}`, borderLeft: `4px solid ${theme.colors.error.main}`, background: theme.colors.error.transparent,
  }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
});

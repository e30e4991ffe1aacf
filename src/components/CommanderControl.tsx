import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, IconButton, useStyles2 } from '@grafana/ui';
import type { IncidentSummary } from '#contract';
import { useAssignCommander } from '../api/useIncident.ts';
import { useCan, useMe } from '../api/useMe.ts';
import { useToast } from '../hooks/useToast.ts';
import { testIds } from '../testIds.ts';
import { stateTone } from '../model/states.ts';
import { AssignCommanderModal } from './AssignCommanderModal.tsx';

interface Props {
  incident: IncidentSummary;
  /** With the choice of somebody else, beside taking it oneself. */
  canChoose?: boolean;
}

/** Who leads. Where nobody does, that is said, and can be ended with one press. */
export function CommanderControl({ incident, canChoose = false }: Props) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const toast = useToast();
  const assign = useAssignCommander();
  const [choosing, setChoosing] = useState(false);
  const mayAssign = can('assignCommander') && stateTone(incident.state) !== 'over';

  function takeIt(): void {
    if (me.data === undefined) {
      return;
    }
    assign.mutate(
      { number: incident.number, version: incident.version, commander: me.data.user.key },
      { onSuccess: () => toast.done(`You lead ${incident.key}`), onError: (error) => toast.failed(error) }
    );
  }

  return (
    <span className={styles.control} data-testid={testIds.incident.commander}>
      {incident.commander === null ? (
        <>
          <span className={styles.nobody}>
            <Icon name="user" size="sm" aria-hidden /> No commander
          </span>
          {mayAssign && (
            <Button size="sm" variant="secondary" onClick={takeIt} disabled={assign.isPending}>
              Take it
            </Button>
          )}
        </>
      ) : (
        <span className={styles.name} title={`Commander: ${incident.commander.name} (${incident.commander.login})`}>
          <Icon name="user" size="sm" aria-hidden /> <span className={styles.text}>{incident.commander.name}</span>
        </span>
      )}
      {canChoose && mayAssign && (
        <IconButton name="pen" tooltip="Choose who leads" onClick={() => setChoosing(true)} />
      )}
      {choosing && <AssignCommanderModal incident={incident} onClose={() => setChoosing(false)} />}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  control: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, maxWidth: '100%' }),
  nobody: css({ color: theme.colors.warning.text, whiteSpace: 'nowrap' }),
  name: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), minWidth: 0 }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});

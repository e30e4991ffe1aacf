import { useState } from 'react';
import { Button, Dropdown, Menu, Stack } from '@grafana/ui';
import type { Incident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useCommandFlow } from '../../components/useCommandFlow.tsx';
import { arrangeCommands, COMMAND_LABELS, isDestructive } from '../../model/commands.ts';
import { stateTone } from '../../model/states.ts';
import { testIds } from '../../testIds.ts';
import { EditDialog } from './EditDialog.tsx';
import { MembersDialog } from './MembersDialog.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { OpenToAllDialog } from './OpenToAllDialog.tsx';
import { PrivacyDialog } from './PrivacyDialog.tsx';
import { SeverityDialog } from './SeverityDialog.tsx';

type OpenDialog = 'severity' | 'edit' | 'merge' | 'private' | 'members' | 'open';

/** The one usual step as a button; everything else that is open to the asker in the menu beside it. */
export function IncidentActions({ incident }: { incident: Incident }) {
  const can = useCan();
  const flow = useCommandFlow();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const { primary, others } = arrangeCommands(incident.state, incident.severity, incident.availableCommands);
  const isOver = stateTone(incident.state) === 'over';
  const changes = [
    ...(can('setIncidentSeverity') && !isOver ? [{ id: 'severity' as const, label: 'Change severity', icon: 'exclamation-triangle' as const }] : []),
    ...(can('editIncident') && incident.state !== 'duplicate' ? [{ id: 'edit' as const, label: 'Edit title and description', icon: 'pen' as const }] : []),
    ...(can('mergeIncident') && !isOver ? [{ id: 'merge' as const, label: 'Merge into another incident', icon: 'code-branch' as const }] : []),
    ...(can('makeIncidentPrivate') && !incident.private && incident.state !== 'duplicate' ? [{ id: 'private' as const, label: 'Make private…', icon: 'lock' as const }] : []),
    ...(can('setIncidentMembers') && incident.private && incident.state !== 'duplicate' ? [{ id: 'members' as const, label: 'Change who sees it', icon: 'users-alt' as const }] : []),
    ...(can('makeIncidentOpen') && incident.private && incident.state !== 'duplicate' ? [{ id: 'open' as const, label: 'Make open to everybody…', icon: 'unlock' as const }] : []),
  ];
  const busy = flow.busyNumber === incident.number;
  const close = () => setDialog(null);

  return (
    <Stack gap={1} alignItems="center">
      {primary !== null && (
        <Button disabled={busy} onClick={() => flow.start(incident.number, primary)} data-testid={testIds.incident.primaryAction}>
          {COMMAND_LABELS[primary.command]}
        </Button>
      )}
      {others.length + changes.length > 0 && (
        <Dropdown
          placement="bottom-end"
          overlay={
            <Menu ariaLabel="More actions">
              {others.map((command) => (
                <Menu.Item
                  key={command.command}
                  label={COMMAND_LABELS[command.command]}
                  destructive={isDestructive(command.command)}
                  onClick={() => flow.start(incident.number, command)}
                />
              ))}
              {others.length > 0 && changes.length > 0 && <Menu.Divider />}
              {changes.map(({ id, label, icon }) => (
                <Menu.Item key={id} label={label} icon={icon} onClick={() => setDialog(id)} />
              ))}
            </Menu>
          }
        >
          <Button variant="secondary" icon="ellipsis-v" aria-label="More actions" data-testid={testIds.incident.moreActions} />
        </Dropdown>
      )}
      {flow.dialog}
      {dialog === 'severity' && <SeverityDialog incident={incident} onClose={close} />}
      {dialog === 'edit' && <EditDialog incident={incident} onClose={close} />}
      {dialog === 'merge' && <MergeDialog incident={incident} onClose={close} />}
      {dialog === 'private' && <PrivacyDialog incident={incident} onClose={close} />}
      {dialog === 'members' && <MembersDialog incident={incident} onClose={close} />}
      {dialog === 'open' && <OpenToAllDialog incident={incident} onClose={close} />}
    </Stack>
  );
}

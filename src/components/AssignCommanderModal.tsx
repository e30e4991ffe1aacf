import { useState } from 'react';
import { Button, Combobox, Field, Modal, Stack } from '@grafana/ui';
import type { IncidentSummary } from '#contract';
import { useUsers } from '../api/useAccess.ts';
import { useAssignCommander } from '../api/useIncident.ts';
import { useCan } from '../api/useMe.ts';
import { useToast } from '../hooks/useToast.ts';
import { QueryView } from './QueryView.tsx';

/** Choosing among the people that Muster has seen. */
export function AssignCommanderModal({ incident, onClose }: { incident: IncidentSummary; onClose: () => void }) {
  const can = useCan();
  const users = useUsers({ enabled: can('listUsers') });
  const assign = useAssignCommander();
  const toast = useToast();
  const [chosen, setChosen] = useState<string | null>(incident.commander?.key ?? null);

  function save(commander: string | null): void {
    assign.mutate(
      { number: incident.number, version: incident.version, commander },
      {
        onSuccess: (changed) => {
          toast.done(changed.commander === null ? `${incident.key} has no commander now` : `${changed.commander.name} leads ${incident.key}`);
          onClose();
        },
        onError: (error) => {
          toast.failed(error);
          onClose();
        },
      }
    );
  }

  return (
    <Modal title={`Who leads ${incident.key}?`} isOpen onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        {can('listUsers') ? (
          <QueryView query={users}>
            {(items) => (
              <Field noMargin label="Commander" description="People who have opened Muster at least once." htmlFor="muster-commander">
                <Combobox
                  id="muster-commander"
                  options={items.map(({ key, name, login, role }) => ({ value: String(key), label: name, description: `${login}, ${role}` }))}
                  value={chosen}
                  onChange={(option) => setChosen(option.value)}
                  placeholder="Choose a person"
                />
              </Field>
            )}
          </QueryView>
        ) : (
          <span>Your role does not let you see the list of people. You can still take it yourself.</span>
        )}
        <Stack gap={1} justifyContent="flex-end" wrap="wrap">
          {incident.commander !== null && (
            <Button variant="secondary" fill="outline" disabled={assign.isPending} onClick={() => save(null)}>
              Nobody
            </Button>
          )}
          <Button disabled={chosen === null || assign.isPending} onClick={() => save(chosen)}>
            Assign
          </Button>
        </Stack>
      </Stack>
    </Modal>
  );
}

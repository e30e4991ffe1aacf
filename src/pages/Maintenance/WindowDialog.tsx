import { Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import { maintenanceBody, type MaintenanceBody, type MaintenanceWindow } from '#contract';
import { useChanges } from '../../api/useCatalog.ts';
import { useSaveMaintenance } from '../../api/useMaintenance.ts';
import { useCan } from '../../api/useMe.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { ScopeEditor } from '../../components/ScopeEditor.tsx';
import { ScheduleFields } from '../../components/ScheduleFields.tsx';
import { ScopePreview } from '../../components/ScopePreview.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { OccurrencePreview } from './OccurrencePreview.tsx';

interface Props {
  known: MaintenanceWindow | null;
  onClose: () => void;
}

const CHANGES_OFFERED = 50;
const HOUR_MS = 3_600_000;

function newWindow(): MaintenanceBody {
  const nextHourMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
  return {
    name: '', reason: '', change: null, scope: { services: [], environments: [], matchers: [], condition: null },
    schedule: { kind: 'once', startsAt: new Date(nextHourMs).toISOString(), endsAt: new Date(nextHourMs + HOUR_MS).toISOString() },
  };
}

/** The part of a window that people write. */
function bodyOf({ name, reason, change, scope, schedule }: MaintenanceWindow): MaintenanceBody {
  return { name, reason, change, scope, schedule };
}

/** A window, with its next occurrences and what it would have held back. */
export function WindowDialog({ known, onClose }: Props) {
  const save = useSaveMaintenance();
  const toast = useToast();
  const can = useCan();
  const told = useChanges({ limit: CHANGES_OFFERED }, { enabled: can('listChanges') }).data?.items ?? [];
  const changes = told.filter((change) => change.closedAt === null);
  const [draft, setDraft] = useState<MaintenanceBody>(() => (known === null ? newWindow() : bodyOf(known)));
  return (
    <DialogForm
      title={known === null ? 'Plan maintenance' : 'Edit window'}
      confirmText={known === null ? 'Plan' : 'Save'}
      canConfirm={maintenanceBody.safeParse(draft).success && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate({ known, body: draft }, {
          onSuccess: () => {
            toast.done(`${draft.name}: planned`);
            onClose();
          },
        })
      }
    >
      <Stack direction="column" gap={2}>
        <Field noMargin required label="Name">
          <Input id="muster-window-name" autoFocus maxLength={200} placeholder="Upgrade of payments-db" value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
        </Field>
        <ScheduleFields schedule={draft.schedule} onChange={(schedule) => setDraft({ ...draft, schedule })} />
        <OccurrencePreview schedule={draft.schedule} />
        <ScopeEditor id="muster-window" scope={draft.scope} onChange={(scope) => setDraft({ ...draft, scope })} />
        <ScopePreview scope={draft.scope} />
        <Field noMargin label="Change or ticket (optional)" description="The id of a change event, or of a ticket. The window ends when it is told as closed.">
          <Input id="muster-window-change" list="muster-window-changes" maxLength={200} placeholder="CHG-42" value={draft.change ?? ''} onChange={(event) => setDraft({ ...draft, change: event.currentTarget.value === '' ? null : event.currentTarget.value })} />
        </Field>
        <datalist id="muster-window-changes">
          {changes.map(({ position, id, title }) => (
            <option key={position} value={id} label={title} />
          ))}
        </datalist>
      </Stack>
    </DialogForm>
  );
}

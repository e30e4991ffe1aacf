import { useState } from 'react';
import { Field, Input, Switch } from '@grafana/ui';
import { editSourceBody, type Source } from '#contract';
import { useEditSource } from '../../api/useSources.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { heartbeatUrl } from '../../model/contactPoint.ts';

const USUAL_MINUTES = 60;

/** How long the source may be silent before Muster raises an alert of its own. */
export function HeartbeatModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const edit = useEditSource();
  const toast = useToast();
  const seconds = source.rules.heartbeatSeconds;
  const [version] = useState(source.version);
  const [enabled, setEnabled] = useState(seconds !== null);
  const [minutes, setMinutes] = useState(String(seconds === null ? USUAL_MINUTES : seconds / 60));
  const body = { rules: { heartbeatSeconds: enabled ? Math.round(Number(minutes) * 60) : null } };
  const checked = editSourceBody.safeParse(body);

  return (
    <DialogForm
      title={`Heartbeat of ${source.name}`}
      confirmText="Save"
      canConfirm={checked.success && !edit.isPending}
      error={edit.error}
      onClose={onClose}
      onConfirm={() =>
        edit.mutate(
          { source: source.id, version, body },
          {
            onSuccess: () => {
              toast.done(enabled ? 'Silence will be noticed' : 'Silence is not watched any more');
              onClose();
            },
          }
        )
      }
    >
      <Field noMargin label="Watch for silence" description="When nothing comes for longer, Muster opens an alert SourceSilent. The next delivery closes it.">
        <Switch id="muster-heartbeat" value={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
      <Field
        noMargin
        label="Minutes"
        description="Longer than the sender's repeat interval, or let it post to the address below regularly."
        disabled={!enabled}
        invalid={enabled && !checked.success}
        error="From 1 minute to 7 days (10,080 minutes)."
      >
        <Input id="muster-heartbeat-minutes" type="number" min={1} width={16} value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)} />
      </Field>
      <CopyBlock text={heartbeatUrl(source)} label="heartbeat address" />
    </DialogForm>
  );
}

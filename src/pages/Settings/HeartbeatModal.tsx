import { useState } from 'react';
import { Field, Input, Switch } from '@grafana/ui';
import { editSourceBody, type Source } from '#contract';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { heartbeatUrl } from '../../model/contactPoint.ts';
import { RuleForm } from './RuleForm.tsx';

const USUAL_MINUTES = 60;

/** How long the source may be silent before Muster raises an alert of its own. */
export function HeartbeatModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const seconds = source.rules.heartbeatSeconds;
  const [enabled, setEnabled] = useState(seconds !== null);
  const [minutes, setMinutes] = useState(String(seconds === null ? USUAL_MINUTES : seconds / 60));
  const rules = { heartbeatSeconds: enabled ? Math.round(Number(minutes) * 60) : null };

  return (
    <RuleForm source={source} title={`Heartbeat of ${source.name}`} rules={rules} done={enabled ? 'Silence will be noticed' : 'Silence is not watched any more'} onClose={onClose}>
      <Field noMargin label="Watch for silence" description="When nothing comes for longer, Muster opens an alert SourceSilent. The next delivery closes it.">
        <Switch id="muster-heartbeat" value={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
      <Field
        noMargin
        label="Minutes"
        description="Longer than the sender's repeat interval, or let it post to the address below regularly."
        disabled={!enabled}
        invalid={!editSourceBody.safeParse({ rules }).success}
        error="From 1 minute to 7 days (10,080 minutes)."
      >
        <Input id="muster-heartbeat-minutes" type="number" min={1} width={16} value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)} />
      </Field>
      <CopyBlock text={heartbeatUrl(source)} label="heartbeat address" />
    </RuleForm>
  );
}

import { Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import { silenceBody, type LabelMatcher, type Silence } from '#contract';
import { useSaveSilence } from '../../api/useSilences.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { MatcherRows } from '../../components/MatcherRows.tsx';
import { ScopePreview } from '../../components/ScopePreview.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';

interface Props {
  known: Silence | null;
  onClose: () => void;
}

interface Draft {
  readonly matchers: LabelMatcher[];
  readonly endsAt: string;
  readonly comment: string;
}

const FIRST_LENGTH_MS = 2 * 3_600_000;

/** A silence by labels, with what it would have meant in the last 24 hours. */
export function SilenceDialog({ known, onClose }: Props) {
  const save = useSaveSilence();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>(() => known ?? { matchers: [{ name: 'service', operator: '=', value: '' }], endsAt: new Date(Date.now() + FIRST_LENGTH_MS).toISOString(), comment: '' });
  const body = { matchers: draft.matchers, endsAt: draft.endsAt, comment: draft.comment };
  return (
    <DialogForm
      title={known === null ? 'New silence' : 'Edit silence'}
      confirmText={known === null ? 'Silence' : 'Save'}
      canConfirm={silenceBody.safeParse(body).success && draft.matchers.some((matcher) => matcher.value !== '') && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate({ known, body }, {
          onSuccess: (silence) => {
            toast.done(silence.sync === 'local' ? 'Silenced in Muster' : 'Silenced; Grafana is being told');
            onClose();
          },
        })
      }
    >
      <Stack direction="column" gap={2}>
        <Field noMargin required label="Labels" description="All must hold.">
          <MatcherRows label="Labels" matchers={draft.matchers} onChange={(matchers) => setDraft({ ...draft, matchers })} />
        </Field>
        <ScopePreview scope={{ services: [], environments: [], matchers: draft.matchers, condition: null }} />
        <Field noMargin required label="Ends" description="By the clock of this browser">
          <Input id="muster-silence-end" type="datetime-local" value={toLocalField(Date.parse(draft.endsAt))} onChange={(event) => setDraft({ ...draft, endsAt: fromLocalField(event.currentTarget.value) ?? draft.endsAt })} />
        </Field>
        <Field noMargin required label="Comment">
          <Input id="muster-silence-comment" maxLength={1000} placeholder="Why, for those who wonder" value={draft.comment} onChange={(event) => setDraft({ ...draft, comment: event.currentTarget.value })} />
        </Field>
      </Stack>
    </DialogForm>
  );
}

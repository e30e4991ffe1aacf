import { useState, type FormEvent } from 'react';
import { Alert, Button, Field, Modal, Stack, TextArea } from '@grafana/ui';
import type { ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';

interface Props {
  title: string;
  confirmText: string;
  destructive?: boolean;
  required: boolean;
  hint?: string | null;
  /** Where others read it. */
  shownIn?: string;
  minLength?: number;
  busy: boolean;
  error: ApiError | null;
  onConfirm: (reason: string | undefined) => void;
  onDismiss: () => void;
}

/** Asks why, before something is done that others will want to understand later. */
export function ReasonDialog(props: Props) {
  const { title, confirmText, destructive = false, required, hint, shownIn = 'on the timeline', minLength = 3, busy, error } = props;
  const [reason, setReason] = useState('');
  const [touched, setTouched] = useState(false);
  const text = reason.trim();
  const tooShort = (required && text.length < minLength) || (text !== '' && text.length < minLength);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if (!tooShort) {
      props.onConfirm(text === '' ? undefined : text);
    }
  }

  return (
    <Modal title={title} isOpen onDismiss={props.onDismiss}>
      <form onSubmit={submit}>
        <Stack direction="column" gap={2}>
          {hint != null && hint !== '' && <span>{hint}</span>}
          {error !== null && (
            <Alert severity="error" title={adviseOn(error).title}>
              {adviseOn(error).advice}
            </Alert>
          )}
          <Field
            noMargin
            label={required ? 'Reason' : 'Reason (optional)'}
            description={`Shown ${shownIn}.`}
            invalid={touched && tooShort}
            error={`Say why in at least ${minLength} characters.`}
          >
            <TextArea
              id="muster-reason"
              rows={3}
              autoFocus
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </Field>
          <Stack gap={1} justifyContent="flex-end" wrap="wrap">
            <Button type="button" variant="secondary" fill="outline" onClick={props.onDismiss}>
              Back
            </Button>
            <Button type="submit" variant={destructive ? 'destructive' : 'primary'} disabled={busy}>
              {confirmText}
            </Button>
          </Stack>
        </Stack>
      </form>
    </Modal>
  );
}

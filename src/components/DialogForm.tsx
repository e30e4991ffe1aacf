import type { FormEvent, ReactNode } from 'react';
import { Alert, Button, Modal, Stack } from '@grafana/ui';
import type { ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';

interface Props {
  title: string;
  confirmText: string;
  canConfirm: boolean;
  error: ApiError | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with fields, what went wrong, and two buttons. */
export function DialogForm({ title, confirmText, canConfirm, error, onConfirm, onClose, children }: Props) {
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (canConfirm) {
      onConfirm();
    }
  }
  return (
    <Modal title={title} isOpen onDismiss={onClose}>
      <form onSubmit={submit}>
        <Stack direction="column" gap={2}>
          {error !== null && (
            <Alert severity="error" title={adviseOn(error).title}>
              {adviseOn(error).advice}
            </Alert>
          )}
          {children}
          <Stack gap={1} justifyContent="flex-end" wrap="wrap">
            <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" disabled={!canConfirm}>
              {confirmText}
            </Button>
          </Stack>
        </Stack>
      </form>
    </Modal>
  );
}

import { Field, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useCan } from '../../api/useMe.ts';
import { useHandOver, useWriteHandOver } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { momentText } from './shiftWords.ts';

/** The notes that were left, and a new one that begins with the incidents that are open. */
export function HandOverDialog({ schedule, onClose }: { schedule: { readonly id: string; readonly name: string }; onClose: () => void }) {
  const handOver = useHandOver(schedule.id);
  const write = useWriteHandOver();
  const can = useCan();
  const toast = useToast();
  const [text, setText] = useState<string | null>(null);
  const said = text ?? handOver.data?.draft ?? '';
  return (
    <DialogForm
      title={`Hand-over of ${schedule.name}`} confirmText="Leave the note" canConfirm={can('writeHandOver') && said.trim() !== '' && !write.isPending} error={write.error} onClose={onClose}
      onConfirm={() => write.mutate({ params: { id: schedule.id }, body: { text: said } }, {
        onSuccess: () => {
          toast.done('The note is there for who is next');
          onClose();
        },
      })}
    >
      <QueryView query={handOver}>
        {({ notes }) => (
          <>
            <Field noMargin label="Note" description="Begins with what is open now, as far as you may see it."><TextArea id="muster-hand-over" rows={10} maxLength={10_000} value={said} onChange={(event) => setText(event.currentTarget.value)} /></Field>
            {notes.length > 0 && (
              <section aria-label="Earlier notes">
                {notes.map((note) => (
                  <details key={note.id}>
                    <summary>{momentText(note.writtenAt)}, {note.writtenBy.name}</summary>
                    <div style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{note.text}</div>
                  </details>
                ))}
              </section>
            )}
          </>
        )}
      </QueryView>
    </DialogForm>
  );
}

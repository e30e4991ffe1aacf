import { css } from '@emotion/css';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextArea, useStyles2 } from '@grafana/ui';
import { useAddNote } from '../../api/useTimeline.ts';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

/** Writing down what one sees. Ctrl+Enter sends; what could not be sent stays in the field. */
export function NoteForm({ number }: { number: number }) {
  const styles = useStyles2(getStyles);
  const add = useAddNote(number);
  const toast = useToast();
  const [text, setText] = useState('');

  function send(): void {
    if (text.trim() !== '' && !add.isPending) {
      add.mutate(text, { onSuccess: () => setText(''), onError: (error) => toast.failed(error) });
    }
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <TextArea
        aria-label="Note"
        rows={2}
        maxLength={20_000}
        placeholder="What do you see? What did you try?"
        value={text}
        data-testid={testIds.incident.noteInput}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div className={styles.foot}>
        <Button type="submit" size="sm" disabled={text.trim() === '' || add.isPending}>
          Add note
        </Button>
        <span className={styles.hint}>Ctrl+Enter</span>
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: '100%' }),
  foot: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});

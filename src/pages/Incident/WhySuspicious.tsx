import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';

/** Why something is suspicious, one click away. */
export function WhySuspicious({ what, reasons }: { what: string; reasons: readonly { readonly kind: string; readonly text: string }[] }) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" fill="text" variant="secondary" icon={isOpen ? 'angle-down' : 'angle-right'} aria-expanded={isOpen} aria-label={`Why ${what} is suspicious`} onClick={() => setOpen(!isOpen)}>
        Why
      </Button>
      {isOpen && (
        <ul className={styles.reasons}>
          {reasons.map(({ kind, text }) => (
            <li key={`${kind} ${text}`}>{text}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  reasons: css({ margin: theme.spacing(0, 0, 0, 2) }),
});

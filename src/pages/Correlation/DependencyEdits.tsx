import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Collapse, IconButton, Input, Stack, useStyles2 } from '@grafana/ui';
import type { CorrelationSettings, TopologyEdit } from '#contract';

interface Props {
  settings: CorrelationSettings;
  canEdit: boolean;
  onChange: (settings: CorrelationSettings) => void;
}

const KINDS = ['added', 'removed'] as const;
type Kind = (typeof KINDS)[number];

const TEXTS: Readonly<Record<Kind, { readonly title: string; readonly empty: string; readonly add: string }>> = {
  added: { title: 'Also depends on', empty: 'Nothing added to the catalogue.', add: 'Add dependency' },
  removed: { title: 'Does not depend on', empty: 'Nothing left out of the catalogue.', add: 'Leave out dependency' },
};

/** Dependencies that correlation sees otherwise than the catalogue does: for trying out what the graph should say. */
export function DependencyEdits({ settings, canEdit, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const { topology } = settings;
  const count = topology.added.length + topology.removed.length;
  const [isOpen, setIsOpen] = useState(count > 0);
  const put = (kind: Kind, edits: TopologyEdit[]): void => onChange({ ...settings, topology: { ...topology, [kind]: edits } });

  return (
    <Collapse label={`Dependencies for correlation only (${count})`} isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)}>
      <div className={styles.columns}>
        {KINDS.map((kind) => (
          <section key={kind} className={styles.column} aria-label={TEXTS[kind].title}>
            <h4 className={styles.title}>{TEXTS[kind].title}</h4>
            {topology[kind].length === 0 && <span className={styles.dim}>{TEXTS[kind].empty}</span>}
            {topology[kind].map((edit) => (
              <div key={`${edit.from} ${edit.to}`} className={styles.edit}>
                <span>
                  {edit.from} → {edit.to}
                </span>
                {canEdit && (
                  <IconButton
                    name="trash-alt"
                    tooltip={`Take back ${edit.from} → ${edit.to}`}
                    onClick={() => put(kind, topology[kind].filter((other) => other !== edit))}
                  />
                )}
              </div>
            ))}
            {canEdit && <AddEdit kind={kind} onAdd={(edit) => put(kind, [...topology[kind], edit])} />}
          </section>
        ))}
      </div>
    </Collapse>
  );
}

function AddEdit({ kind, onAdd }: { kind: Kind; onAdd: (edit: TopologyEdit) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const isWhole = from.trim() !== '' && to.trim() !== '' && from.trim() !== to.trim();

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isWhole) return;
    onAdd({ from: from.trim(), to: to.trim() });
    setFrom('');
    setTo('');
  }

  return (
    <form onSubmit={submit}>
      <Stack gap={1} wrap="wrap" alignItems="center">
        <Input aria-label="Service" width={20} placeholder="checkout" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <span aria-hidden>→</span>
        <Input aria-label="Needs" width={20} placeholder="payments-db" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        <Button type="submit" size="sm" variant="secondary" disabled={!isWhole}>
          {TEXTS[kind].add}
        </Button>
      </Stack>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(3) }),
  column: css({ flex: '1 1 360px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  edit: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});

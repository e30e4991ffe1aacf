import { css } from '@emotion/css';
import { useState, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, Field, IconButton, Input, Stack, useStyles2 } from '@grafana/ui';
import type { EnrichmentTable, ExtractionRule } from '#contract';
import { useDeleteRule, useDeleteTable, useEnrichmentTables, useExtractionRules, useTryDerivation } from '../../api/useDerivation.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { countOf } from '../../model/counts.ts';
import { testIds } from '../../testIds.ts';
import { ExtractionRuleForm } from './ExtractionRuleForm.tsx';
import { TableForm } from './TableForm.tsx';

type Dialog = { readonly kind: 'rule'; readonly rule: ExtractionRule | null } | { readonly kind: 'table'; readonly table: EnrichmentTable | null };

/** Labels that Muster adds before it correlates: taken out of texts, or looked up in tables. */
export function DerivedTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const rules = useExtractionRules();
  const tables = useEnrichmentTables();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const mayEdit = can('putExtractionRule');
  const close = (): void => setDialog(null);

  return (
    <div className={styles.stack}>
      <p>Derived labels are added to alerts from now on, before mapping and correlation. What the sender wrote stays as it is, and wins where both have a label.</p>
      <Part title="Extraction rules" add={mayEdit ? () => setDialog({ kind: 'rule', rule: null }) : null}>
        <QueryView query={rules}>
          {(items) =>
            items.length === 0 ? <span className={styles.dim}>None. A rule takes labels out of a text by the named groups of a pattern.</span> : items.map((rule) => <RuleRow key={rule.id} rule={rule} onEdit={mayEdit ? () => setDialog({ kind: 'rule', rule }) : null} />)
          }
        </QueryView>
      </Part>
      <Part title="Enrichment tables" add={mayEdit ? () => setDialog({ kind: 'table', table: null }) : null}>
        <QueryView query={tables}>
          {(items) =>
            items.length === 0 ? <span className={styles.dim}>None. A table adds labels by the value of one label: the team of a host, say.</span> : items.map((table) => <TableRow key={table.id} table={table} onEdit={mayEdit ? () => setDialog({ kind: 'table', table }) : null} />)
          }
        </QueryView>
      </Part>
      {can('tryDerivation') && <Trial />}
      {dialog?.kind === 'rule' && <ExtractionRuleForm rule={dialog.rule} onClose={close} />}
      {dialog?.kind === 'table' && <TableForm table={dialog.table} onClose={close} />}
    </div>
  );
}

function RuleRow({ rule, onEdit }: { rule: ExtractionRule; onEdit: (() => void) | null }) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const remove = useDeleteRule();
  return (
    <div className={styles.item} data-testid={testIds.settings.extractionRule}>
      <div className={styles.words}>
        <strong>{rule.name}</strong> {!rule.enabled && <Badge text="off" color="orange" />}
        <div>
          from {rule.field === '' ? rule.from : `${rule.from} ${rule.field}`}: <code>{rule.pattern}</code>
        </div>
        {rule.flaggedAt !== null && <Alert severity="warning" title={`Not used: ${rule.flagReason ?? 'it was too slow'}. Change the pattern to use it again.`} />}
      </div>
      {onEdit !== null && (
        <Stack gap={1}>
          <IconButton name="pen" aria-label={`Edit ${rule.name}`} onClick={onEdit} />
          <IconButton name="trash-alt" aria-label={`Remove ${rule.name}`} disabled={remove.isPending} onClick={() => remove.mutate(rule, { onError: (error) => toast.failed(error) })} />
        </Stack>
      )}
    </div>
  );
}

function TableRow({ table, onEdit }: { table: EnrichmentTable; onEdit: (() => void) | null }) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const remove = useDeleteTable();
  const rows = Object.values(table.rows);
  const added = [...new Set(rows.slice(0, 500).flatMap((row) => Object.keys(row)))];
  return (
    <div className={styles.item} data-testid={testIds.settings.enrichmentTable}>
      <div className={styles.words}>
        <strong>{table.name}</strong> {!table.enabled && <Badge text="off" color="orange" />}
        <div>
          {countOf(rows.length, 'row')} by <code>{table.matchLabel}</code>, adding {added.join(', ') || 'nothing'}
        </div>
      </div>
      {onEdit !== null && (
        <Stack gap={1}>
          <IconButton name="pen" aria-label={`Edit ${table.name}`} onClick={onEdit} />
          <IconButton name="trash-alt" aria-label={`Remove ${table.name}`} disabled={remove.isPending} onClick={() => remove.mutate(table, { onError: (error) => toast.failed(error) })} />
        </Stack>
      )}
    </div>
  );
}

/** Shows what would be derived, before alerts come that need it. */
function Trial() {
  const styles = useStyles2(getStyles);
  const attempt = useTryDerivation();
  const toast = useToast();
  const [summary, setSummary] = useState('');
  const [labels, setLabels] = useState('alertname=DiskFull');

  function run(): void {
    const pairs = labels.split(/[\s,]+/).flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
    });
    attempt.mutate({ labels: Object.fromEntries(pairs), annotations: { summary } }, { onError: (error) => toast.failed(error) });
  }

  return (
    <Part title="Try it" add={null}>
      <Field noMargin label="Labels">
        <Input id="muster-try-labels" value={labels} onChange={(event) => setLabels(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Summary">
        <Input id="muster-try-summary" value={summary} placeholder="Disk full on node-7" onChange={(event) => setSummary(event.currentTarget.value)} />
      </Field>
      <div>
        <Button size="sm" variant="secondary" disabled={attempt.isPending} onClick={run}>
          Derive
        </Button>
      </div>
      {attempt.data !== undefined && (
        <div role="status" className={styles.words}>
          {Object.keys(attempt.data.derived).length === 0 ? 'Nothing would be derived.' : Object.entries(attempt.data.derived).map(([name, value]) => `${name}=${value}`).join('  ')}
        </div>
      )}
    </Part>
  );
}

function Part({ title, add, children }: { title: string; add: (() => void) | null; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.part}>
      <div className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        {add !== null && (
          <Button size="sm" variant="secondary" icon="plus" onClick={add} aria-label={`Add to ${title.toLowerCase()}`}>
            Add
          </Button>
        )}
      </div>
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), maxWidth: 900 }),
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  item: css({ display: 'flex', gap: theme.spacing(2), padding: theme.spacing(1, 1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  words: css({ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});

import { useState } from 'react';
import { Field, InlineSwitch, Input, TextArea } from '@grafana/ui';
import type { EnrichmentTable, Labels } from '#contract';
import { useSaveTable } from '../../api/useDerivation.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { idOf } from './ExtractionRuleForm.tsx';

/** Rows as CSV, to be changed as text. */
function csvOf(matchLabel: string, rows: Readonly<Record<string, Labels>>): string {
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [[matchLabel, ...columns], ...Object.entries(rows).map(([value, row]) => [value, ...columns.map((column) => row[column] ?? '')])].map((cells) => cells.map(cell).join(',')).join('\n');
}

/** A table that adds labels by the value of one. */
export function TableForm({ table, onClose }: { table: EnrichmentTable | null; onClose: () => void }) {
  const save = useSaveTable();
  const [name, setName] = useState(table?.name ?? '');
  const [matchLabel, setMatchLabel] = useState(table?.matchLabel ?? 'host');
  const [enabled, setEnabled] = useState(table?.enabled ?? true);
  const [csv, setCsv] = useState(table === null ? '' : csvOf(table.matchLabel, table.rows));
  const id = table?.id ?? idOf(name);
  return (
    <DialogForm
      title={table === null ? 'Add enrichment table' : `Edit ${table.name}`}
      confirmText="Save"
      canConfirm={id !== '' && matchLabel.trim() !== '' && csv.trim() !== '' && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() => save.mutate({ version: table?.version ?? null, body: { id, name, enabled, matchLabel, csv } }, { onSuccess: onClose })}
    >
      <Field noMargin required label="Name">
        <Input id="muster-table-name" autoFocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field noMargin required label="Label" description="Its value chooses the row; raw, or taken out of a text by a rule.">
        <Input id="muster-table-label" value={matchLabel} onChange={(event) => setMatchLabel(event.currentTarget.value)} />
      </Field>
      <Field noMargin required label="Rows" description="CSV. The first column holds the value, the others are named after the labels that they add.">
        <TextArea id="muster-table-rows" rows={8} placeholder={'host,team,rack\nnode-1,storage,r1'} value={csv} onChange={(event) => setCsv(event.currentTarget.value)} />
      </Field>
      <InlineSwitch label="In use" showLabel value={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
    </DialogForm>
  );
}

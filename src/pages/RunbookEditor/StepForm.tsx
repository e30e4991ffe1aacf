import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { valueAt, type Path } from '../../model/jsonEdit.ts';
import { blankStep, isLeafKind, isStepKind, textAt } from '../../model/runbookOutline.ts';
import { labelOf } from '../../model/schemaFields.ts';
import { kindFields, STEP_COMMON_FIELDS, STEP_NAME_FIELDS } from '../../model/stepFields.ts';
import type { Editing } from './editing.ts';
import { FieldGroup } from './FieldGroup.tsx';
import { KindPicker } from './KindPicker.tsx';
import { AddButton, RemoveButton, ValueField } from './ValueField.tsx';

/** All that can be said of one step. */
export function StepForm({ editing, path }: { editing: Editing; path: Path }) {
  const styles = useStyles2(getStyles);
  const { document, readOnly, set, faultAt } = editing;
  const kind = textAt(document, [...path, 'kind']);
  const own = isStepKind(kind) ? kindFields(kind) : { inside: [], fields: [] };
  const fault = faultAt([...path, 'with']) ?? faultAt(path);
  return (
    <div className={styles.form}>
      {STEP_NAME_FIELDS.map(({ name, spec }) => (
        <ValueField key={name} editing={editing} path={[...path, name]} spec={spec} label={labelOf(name)} />
      ))}
      <KindPicker
        label="Kind of step"
        labelled
        value={kind === '' ? null : kind}
        disabled={readOnly}
        onChoose={(next) => {
          if (next === kind) return;
          const { id: _id, kind: _kind, ...rest } = blankStep(next, []);
          const before = valueAt(document, path);
          const kept = typeof before === 'object' && before !== null ? Object.fromEntries(Object.entries(before).filter(([key]) => !['kind', 'with', 'cases', 'otherwise', 'lanes', 'items', 'as', 'atOnce', 'steps'].includes(key))) : {};
          set(path, { ...kept, kind: next, ...rest });
        }}
      />
      {fault !== undefined && <Alert severity="error" title={fault} />}
      {own.fields.map(({ name, spec }) => (
        <ValueField key={`${kind} ${name}`} editing={editing} path={[...path, ...own.inside, name]} spec={spec} label={labelOf(name)} />
      ))}
      <details>
        <summary className={styles.summary}>When, retry, failure</summary>
        <div className={styles.form}>
          {STEP_COMMON_FIELDS.map(({ name, spec }) => (
            <ValueField key={name} editing={editing} path={[...path, name]} spec={spec} label={labelOf(name)} />
          ))}
        </div>
      </details>
      <UndoForm editing={editing} path={[...path, 'undo']} />
    </div>
  );
}

/** What takes the step back. */
function UndoForm({ editing, path }: { editing: Editing; path: Path }) {
  const { document, readOnly, set, faultAt } = editing;
  const kind = textAt(document, [...path, 'kind']);
  const isThere = valueAt(document, path) !== undefined;
  const fields = isLeafKind(kind) ? kindFields(kind).fields : [];
  const fault = faultAt(path);
  function choose(next: string): void {
    if (isLeafKind(next)) set(path, { kind: next, with: blankStep(next, []).with ?? {} });
  }
  return (
    <FieldGroup label="Undo" description="What takes the step back, when the run fails or is cancelled." {...(fault === undefined ? {} : { fault })}>
      {!isThere ? (
        !readOnly && <AddButton label="Undo" onClick={() => choose('http')} />
      ) : (
        <>
          <KindPicker label="Kind of the undo" labelled leafOnly value={kind} disabled={readOnly} onChoose={choose} />
          {fields.map(({ name, spec }) => (
            <ValueField key={`${kind} ${name}`} editing={editing} path={[...path, 'with', name]} spec={spec} label={labelOf(name)} />
          ))}
          {!readOnly && <RemoveButton label="Undo" onClick={() => set(path, undefined)} />}
        </>
      )}
    </FieldGroup>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), minWidth: 0 }),
  summary: css({ cursor: 'pointer', marginBottom: theme.spacing(1) }),
});

import { css } from '@emotion/css';
import { useMemo } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { runbookDocument, runbookInput, runbookPolicy, runbookTrigger } from '#contract';
import type { Path } from '../../model/jsonEdit.ts';
import { listAt } from '../../model/runbookOutline.ts';
import { fieldsOf, labelOf, specOfZod, type FieldSpec } from '../../model/schemaFields.ts';
import type { Editing } from './editing.ts';
import { StepsSection } from './StepsSection.tsx';
import { ValueField } from './ValueField.tsx';

/** The runbook as a form; whatever is changed here is changed in the text, and nothing else of it. */
export function FormPane({ editing, onShow }: { editing: Editing; onShow: (path: Path) => void }) {
  const styles = useStyles2(getStyles);
  const { about, lists, policy } = useMemo(
    () => ({
      about: fieldsOf(runbookDocument.shape.metadata).filter(({ name }) => name !== 'id'),
      lists: [
        { name: 'inputs', title: 'Inputs', spec: listOf(specOfZod(runbookInput), 'What the run is given.') },
        { name: 'triggers', title: 'Triggers', spec: listOf(specOfZod(runbookTrigger), 'What makes it start, or be suggested, by itself.') },
      ],
      policy: fieldsOf(runbookPolicy),
    }),
    []
  );
  const { document } = editing;
  return (
    <div className={styles.pane}>
      <details>
        <summary className={styles.summary}>About</summary>
        <div className={styles.fields}>
          {about.map(({ name, spec }) => (
            <ValueField key={name} editing={editing} path={['metadata', name]} spec={spec} label={labelOf(name)} />
          ))}
        </div>
      </details>
      {lists.map(({ name, title, spec }) => (
        <details key={name}>
          <summary className={styles.summary}>
            {title} ({listAt(document, [name]).length})
          </summary>
          <ValueField editing={editing} path={[name]} spec={spec} label={title} />
        </details>
      ))}
      <details>
        <summary className={styles.summary}>Policy</summary>
        <div className={styles.fields}>
          {policy.map(({ name, spec }) => (
            <ValueField key={name} editing={editing} path={['policy', name]} spec={spec} label={labelOf(name)} />
          ))}
        </div>
      </details>
      <StepsSection editing={editing} onShow={onShow} />
    </div>
  );
}

function listOf(item: FieldSpec, description: string): FieldSpec {
  return { kind: 'list', item, description, required: false, fallback: '' };
}

const getStyles = (theme: GrafanaTheme2) => ({
  pane: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  fields: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  summary: css({ ...theme.typography.h5, margin: theme.spacing(0, 0, 1), cursor: 'pointer' }),
});

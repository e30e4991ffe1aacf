import { css, cx } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, IconButton, useStyles2 } from '@grafana/ui';
import { VirtualList, type RowFocus } from '../../components/VirtualList.tsx';
import { listAt, outlineOf, pathText, blankStep, freeName, textAt, type OutlineRow } from '../../model/runbookOutline.ts';
import type { Path } from '../../model/jsonEdit.ts';
import { kindTitle } from '../../model/runbooks.ts';
import { labelOf } from '../../model/schemaFields.ts';
import { CASE_FIELDS, LANE_FIELDS } from '../../model/stepFields.ts';
import { testIds } from '../../testIds.ts';
import type { Editing } from './editing.ts';
import { KindPicker } from './KindPicker.tsx';
import { StepForm } from './StepForm.tsx';
import { ValueField } from './ValueField.tsx';

const ROW_PX = 36;

/** All steps, set in as they lie in each other, and the form of the chosen one. */
export function StepsSection({ editing, onShow }: { editing: Editing; onShow: (path: Path) => void }) {
  const styles = useStyles2(getStyles);
  const { document, readOnly, set, insert, move, errorsBelow } = editing;
  const rows = outlineOf(document);
  const [key, setKey] = useState<string | null>(null);
  const chosen = rows.find((row) => row.key === key) ?? null;
  const ids = rows.flatMap((row) => (row.is === 'step' ? [row.id] : []));
  const list = chosen === null ? [] : chosen.path.slice(0, -1);
  const index = Number(chosen?.path.at(-1) ?? 0);
  const siblings = chosen?.is === 'step' ? listAt(document, list).length : 0;

  function choose(row: OutlineRow): void {
    setKey(row.key);
    onShow(row.path);
  }
  function moveTo(to: number): void {
    move(list, index, to);
    setKey(pathText([...list, to]));
  }

  return (
    <section aria-labelledby="muster-steps" className={styles.part}>
      <h4 id="muster-steps" className={styles.title}>
        Steps
      </h4>
      {rows.length > 0 && (
        <VirtualList
          items={rows}
          total={rows.length}
          rowHeight={ROW_PX}
          label="Steps"
          maxHeight="360px"
          keyOf={(row) => row.key}
          hasMore={false}
          onNearEnd={nothing}
          renderRow={(row, focus) => <Row row={row} focus={focus} isChosen={row.key === key} errors={row.is === 'step' ? errorsBelow(row.path) : 0} onChoose={() => choose(row)} />}
        />
      )}
      {!readOnly && (
        <div className={styles.bar}>
          <KindPicker
            key={rows.length}
            label={chosen === null ? 'Add a step at the end' : chosen.is === 'way' ? 'Add a step in it' : 'Add a step after it'}
            value={null}
            onChoose={(kind) => {
              const where = chosen === null ? { list: ['steps'], at: listAt(document, ['steps']).length } : chosen.is === 'way' ? { list: chosen.stepsPath, at: listAt(document, chosen.stepsPath).length } : { list, at: index + 1 };
              insert(where.list, where.at, blankStep(kind, ids));
              setKey(pathText([...where.list, where.at]));
            }}
          />
          {chosen?.is === 'step' && (
            <>
              <IconButton name="arrow-up" tooltip="Move the step up" disabled={index === 0} onClick={() => moveTo(index - 1)} />
              <IconButton name="arrow-down" tooltip="Move the step down" disabled={index >= siblings - 1} onClick={() => moveTo(index + 1)} />
              <Button
                size="sm"
                variant="secondary"
                icon="trash-alt"
                disabled={siblings < 2 && list.length === 1}
                onClick={() => {
                  set(chosen.path, undefined);
                  setKey(null);
                }}
              >
                Remove step
              </Button>
            </>
          )}
        </div>
      )}
      {chosen?.is === 'step' && (
        <div className={styles.form} data-testid={testIds.runbooks.formStep}>
          <StepForm key={chosen.key} editing={editing} path={chosen.path} />
          {!readOnly && chosen.kind === 'branch' && (
            <Button size="sm" variant="secondary" icon="plus" onClick={() => insert([...chosen.path, 'cases'], listAt(document, [...chosen.path, 'cases']).length, { if: 'true', steps: [blankStep('manual', ids)] })}>
              Add a case
            </Button>
          )}
          {!readOnly && chosen.kind === 'parallel' && (
            <Button
              size="sm"
              variant="secondary"
              icon="plus"
              onClick={() => {
                const lanes = listAt(document, [...chosen.path, 'lanes']);
                const names = lanes.map((_lane, at) => textAt(document, [...chosen.path, 'lanes', at, 'name']));
                insert([...chosen.path, 'lanes'], lanes.length, { name: freeName('lane', names), steps: [blankStep('manual', ids)] });
              }}
            >
              Add a lane
            </Button>
          )}
        </div>
      )}
      {chosen?.is === 'way' && (chosen.way === 'case' || chosen.way === 'lane') && (
        <div className={styles.form}>
          {(chosen.way === 'case' ? CASE_FIELDS : LANE_FIELDS).map(({ name, spec }) => (
            <ValueField key={`${chosen.key} ${name}`} editing={editing} path={[...chosen.path, name]} spec={spec} label={labelOf(name)} />
          ))}
          {!readOnly && listAt(document, list).length > 1 && (
            <Button
              size="sm"
              variant="secondary"
              icon="trash-alt"
              onClick={() => {
                set(chosen.path, undefined);
                setKey(null);
              }}
            >
              {chosen.way === 'case' ? 'Remove the case with its steps' : 'Remove the lane with its steps'}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function nothing(): void {
  // all rows are there
}

interface RowProps {
  row: OutlineRow;
  focus: RowFocus;
  isChosen: boolean;
  errors: number;
  onChoose: () => void;
}

function Row({ row, focus, isChosen, errors, onChoose }: RowProps) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" {...focus} className={cx(styles.row, isChosen && styles.chosen, row.is === 'way' && styles.way)} style={{ paddingLeft: 8 + row.depth * 14 }} aria-current={isChosen ? 'true' : undefined} onClick={onChoose}>
      {errors > 0 && <Icon name="exclamation-triangle" size="sm" className={styles.error} aria-label={`${errors} ${errors === 1 ? 'error' : 'errors'}`} />}
      <span className={styles.name}>{row.title}</span>
      {row.is === 'step' && <span className={styles.dim}>{kindTitle(row.kind)}</span>}
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), alignItems: 'stretch', paddingTop: theme.spacing(1), borderTop: `1px solid ${theme.colors.border.weak}` }),
  row: css({
    display: 'flex', gap: theme.spacing(1), alignItems: 'center', width: '100%', height: ROW_PX, paddingRight: theme.spacing(1), border: 'none', borderBottom: `1px solid ${theme.colors.border.weak}`, background: 'transparent',
    color: theme.colors.text.primary, textAlign: 'left', '&:hover': { background: theme.colors.action.hover }, '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  chosen: css({ background: theme.colors.action.selected, '& span': { color: theme.colors.text.primary } }),
  way: css({ color: theme.colors.text.secondary }),
  name: css({ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  error: css({ color: theme.colors.error.text, flexShrink: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, whiteSpace: 'nowrap' }),
});

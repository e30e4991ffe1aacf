import { css } from '@emotion/css';
import { useState, type ComponentType } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, Input, useStyles2 } from '@grafana/ui';
import { valueAt, type Path } from '../../model/jsonEdit.ts';
import { listAt, pathText } from '../../model/runbookOutline.ts';
import { blankOf, type FieldSpec } from '../../model/schemaFields.ts';
import type { Editing } from './editing.ts';
import { FieldGroup } from './FieldGroup.tsx';

interface Props<K extends FieldSpec['kind']> {
  editing: Editing;
  path: Path;
  spec: Extract<FieldSpec, { kind: K }>;
  label: string;
  /** The field of one item. */
  Item: ComponentType<{ editing: Editing; path: Path; spec: FieldSpec; label: string }>;
}

/** A list: each item with its field, to be moved, taken out and added to. */
export function ListField({ editing, path, spec, label, Item }: Props<'list'>) {
  const styles = useStyles2(getStyles);
  const { document, readOnly, set, insert, move, faultAt } = editing;
  const items = listAt(document, path);
  const fault = faultAt(path);
  return (
    <FieldGroup label={label} description={spec.description} {...(fault === undefined ? {} : { fault })}>
      {items.map((_item, at) => (
        <div key={at} className={styles.item}>
          <div className={styles.field}>
            <Item editing={editing} path={[...path, at]} spec={spec.item} label={`${label} ${at + 1}`} />
          </div>
          {!readOnly && (
            <div className={styles.buttons}>
              <IconButton name="arrow-up" tooltip={`Move ${label} ${at + 1} up`} disabled={at === 0} onClick={() => move(path, at, at - 1)} />
              <IconButton name="times" tooltip={`Remove ${label} ${at + 1}`} onClick={() => set([...path, at], undefined)} />
            </div>
          )}
        </div>
      ))}
      {!readOnly && (
        <div>
          <Button size="sm" variant="secondary" icon="plus" aria-label={`Add to ${label}`} onClick={() => insert(path, items.length, blankOf(spec.item))}>
            Add
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}

/** Values under names that people choose, or choose from. */
export function RecordField({ editing, path, spec, label, Item }: Props<'record'>) {
  const styles = useStyles2(getStyles);
  const { document, readOnly, set, faultAt } = editing;
  const [name, setName] = useState('');
  const value = valueAt(document, path);
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const left = spec.keys?.filter((key) => !names.includes(key)) ?? null;
  const fault = faultAt(path);
  const id = `muster-name-${pathText(path).replace(/[^\w]+/g, '-')}`;

  function add(key: string): void {
    if (key.trim() === '' || names.includes(key)) return;
    set([...path, key.trim()], blankOf(spec.item));
    setName('');
  }

  return (
    <FieldGroup label={label} description={spec.description} {...(fault === undefined ? {} : { fault })}>
      {names.map((key) => (
        <div key={key} className={styles.item}>
          <div className={styles.field}>
            <Item editing={editing} path={[...path, key]} spec={spec.item} label={key} />
          </div>
          {!readOnly && (
            <div className={styles.buttons}>
              <IconButton name="times" tooltip={`Remove ${key}`} onClick={() => set([...path, key], undefined)} />
            </div>
          )}
        </div>
      ))}
      {!readOnly &&
        (left === null ? (
          <div className={styles.add}>
            <Input
              id={id}
              aria-label={`New name in ${label}`}
              placeholder="Name"
              width={20}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') {
                  event.preventDefault();
                  add(name);
                }
              }}
            />
            <Button size="sm" variant="secondary" icon="plus" disabled={name.trim() === ''} aria-label={`Add to ${label}`} onClick={() => add(name)}>
              Add
            </Button>
          </div>
        ) : (
          <div className={styles.add}>
            {left.map((key) => (
              <Button key={key} size="sm" variant="secondary" icon="plus" onClick={() => add(key)}>
                {key}
              </Button>
            ))}
          </div>
        ))}
    </FieldGroup>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' }),
  field: css({ flex: 1, minWidth: 0 }),
  buttons: css({ display: 'flex', gap: theme.spacing(0.5), paddingTop: theme.spacing(0.5) }),
  add: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
});

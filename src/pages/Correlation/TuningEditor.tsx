import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Collapse, Field, Input, Stack, useStyles2 } from '@grafana/ui';
import { correlationTuning, type CorrelationSettings, type CorrelationTuning } from '#contract';
import { TUNING_FIELDS } from '../../model/correlationTuning.ts';

interface Props {
  settings: CorrelationSettings;
  /** What holds where nothing is set. */
  defaults: CorrelationTuning;
  canEdit: boolean;
  onChange: (settings: CorrelationSettings) => void;
}

/** What is set; a field that is empty is left out. */
type Tuning = CorrelationSettings['tuning'];

const tuningSchema = correlationTuning.partial();

function withField(tuning: Tuning, key: keyof CorrelationTuning, value: number): Tuning {
  const { [key]: _before, ...others } = tuning;
  return Number.isNaN(value) ? others : { ...others, [key]: value };
}

/** Windows and weights of the engine. Rarely needed, so it is folded away. */
export function TuningEditor({ settings, defaults, canEdit, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const changed = Object.keys(settings.tuning).length;
  const [isOpen, setIsOpen] = useState(changed > 0);
  const [draft, setDraft] = useState<Tuning>(settings.tuning);
  const checked = tuningSchema.safeParse(draft);
  const isEdited = JSON.stringify(draft) !== JSON.stringify(settings.tuning);
  const faultOf = (key: keyof CorrelationTuning): string | undefined =>
    checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === key)?.message;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (checked.success) onChange({ ...settings, tuning: checked.data });
  }

  return (
    <Collapse label={`Windows and weights (${changed === 0 ? 'as configured' : `${changed} set`})`} isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)}>
      <form onSubmit={submit} className={styles.form}>
        <div className={styles.fields}>
          {TUNING_FIELDS.map(({ key, name, description, unit, step }) => (
            <Field
              key={key}
              noMargin
              label={name}
              description={description}
              invalid={faultOf(key) !== undefined}
              error={faultOf(key)}
            >
              <Input
                id={`muster-tuning-${key}`}
                type="number"
                width={20}
                step={step}
                suffix={unit}
                disabled={!canEdit}
                placeholder={String(defaults[key])}
                value={draft[key] ?? ''}
                onChange={(event) => setDraft(withField(draft, key, event.currentTarget.valueAsNumber))}
              />
            </Field>
          ))}
        </div>
        {canEdit && (
          <Stack gap={1} wrap="wrap">
            <Button type="submit" variant="secondary" disabled={!isEdited || !checked.success}>
              Save into the draft
            </Button>
            <Button type="button" variant="secondary" fill="outline" disabled={changed === 0 && !isEdited} onClick={() => setDraft({})}>
              Set nothing
            </Button>
          </Stack>
        )}
      </form>
    </Collapse>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  fields: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(280px, 1fr))', gap: theme.spacing(2) }),
});

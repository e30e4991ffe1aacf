import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Collapse, Combobox, Field, IconButton, Input, Stack, TagsInput, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type DeclareOutcome, type DeclareRule, type Severity } from '#contract';
import { NumberField } from '../../components/NumberField.tsx';
import { PointsField } from '../../components/PointsField.tsx';
import { OUTCOME_LABELS, ruleSentence, withCondition } from '../../model/declareRules.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';

interface Props {
  id: string;
  rule: DeclareRule;
  canEdit: boolean;
  isFirst: boolean;
  isOpen: boolean;
  onToggle: () => void;
  onChange: (rule: DeclareRule) => void;
  onUp: () => void;
  onRemove: () => void;
}

const SEVERITY_OPTIONS: Array<{ value: Severity; label: string }> = SEVERITIES.map((value) => ({ value, label: `${SEVERITY_LABELS[value]} or graver` }));
const OUTCOMES: readonly DeclareOutcome[] = ['declare', 'propose', 'ignore'];

/** One rule: a sentence, and its parts when it is opened. Conditions that are left empty do not count. */
export function DeclareRuleEditor({ id, rule, canEdit, isFirst, isOpen, onToggle, onChange, onUp, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.row}>
      <div className={styles.body}>
        <Collapse isOpen={isOpen} onToggle={onToggle} label={`${rule.name}: ${ruleSentence(rule)}`}>
          <Stack direction="column" gap={2}>
            <Stack gap={2} wrap="wrap">
              <Field noMargin label="Name">
                <Input id={`${id}-name`} width={30} disabled={!canEdit} value={rule.name} onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })} />
              </Field>
              <Field noMargin label="Then" htmlFor={`${id}-outcome`}>
                <Combobox
                  id={`${id}-outcome`}
                  width={16}
                  disabled={!canEdit}
                  options={OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] }))}
                  value={rule.outcome}
                  onChange={({ value }) => onChange({ ...rule, outcome: value })}
                />
              </Field>
              <Field noMargin label="Severity" htmlFor={`${id}-severity`}>
                <Combobox
                  id={`${id}-severity`}
                  width={24}
                  isClearable
                  disabled={!canEdit}
                  options={SEVERITY_OPTIONS}
                  value={rule.severity ?? null}
                  onChange={(option) => onChange(withCondition(rule, 'severity', option?.value))}
                />
              </Field>
            </Stack>
            <Stack gap={2} wrap="wrap">
              <NumberField id={`${id}-alerts`} label="Alerts, at least" min={1} disabled={!canEdit} value={rule.minAlerts} onChange={(value) => onChange(withCondition(rule, 'minAlerts', value))} />
              <NumberField id={`${id}-services`} label="Services, at least" min={1} disabled={!canEdit} value={rule.minServices} onChange={(value) => onChange(withCondition(rule, 'minServices', value))} />
              <PointsField id={`${id}-confidence`} label="Confidence in %, at least" disabled={!canEdit} value={rule.minConfidence} onChange={(value) => onChange(withCondition(rule, 'minConfidence', value))} />
              <PointsField id={`${id}-score`} label="Score in points, at least" disabled={!canEdit} value={rule.minScore} onChange={(value) => onChange(withCondition(rule, 'minScore', value))} />
            </Stack>
            <Field noMargin label="One of these services has alerts">
              <TagsInput id={`${id}-names`} disabled={!canEdit} tags={rule.services ?? []} onChange={(tags) => onChange(withCondition(rule, 'services', tags))} />
            </Field>
            <Field noMargin label="One of these business services is affected">
              <TagsInput id={`${id}-business`} disabled={!canEdit} tags={rule.businessServices ?? []} onChange={(tags) => onChange(withCondition(rule, 'businessServices', tags))} />
            </Field>
          </Stack>
        </Collapse>
      </div>
      {canEdit && (
        <Stack gap={0.5}>
          <IconButton name="arrow-up" disabled={isFirst} tooltip={`Move ${rule.name} up`} onClick={onUp} />
          <IconButton name="trash-alt" tooltip={`Remove ${rule.name}`} onClick={onRemove} />
        </Stack>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', alignItems: 'flex-start', gap: theme.spacing(1) }),
  body: css({ flex: 1, minWidth: 0 }),
});

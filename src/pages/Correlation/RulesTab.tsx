import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import type { CorrelationRule, CorrelationSettings, CorrelationState } from '#contract';
import { usePutDraft } from '../../api/useCorrelation.ts';
import { useCan } from '../../api/useMe.ts';
import { useToast } from '../../hooks/useToast.ts';
import { withoutRule, withRule } from '../../model/correlationRules.ts';
import { DependencyEdits } from './DependencyEdits.tsx';
import { DraftBar } from './DraftBar.tsx';
import { RuleCard } from './RuleCard.tsx';
import { RuleDialog } from './RuleDialog.tsx';
import { TuningEditor } from './TuningEditor.tsx';

/** The rule being edited; null for a new one. */
type Editing = { readonly rule: CorrelationRule | null };

/** The draft where there is one, else what is in force; any edit makes a draft. */
export function RulesTab({ state }: { state: CorrelationState }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutDraft();
  const [editing, setEditing] = useState<Editing | null>(null);
  const mayEdit = can('putCorrelationDraft');
  const settings = state.draft?.settings ?? state.active.settings;
  const inForce = new Map(state.active.settings.rules.map((rule) => [rule.id, JSON.stringify(rule)]));

  function save(next: CorrelationSettings, done: () => void = () => undefined): void {
    put.mutate({ version: state.version, settings: next }, { onSuccess: done, onError: (error) => editing === null && toast.failed(error) });
  }

  return (
    <div className={styles.tab}>
      <DraftBar state={state} />
      <section className={styles.block} aria-labelledby="muster-rules">
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={1}>
          <h3 id="muster-rules" className={styles.title}>
            Rules
          </h3>
          {mayEdit && (
            <Button icon="plus" variant="secondary" onClick={() => setEditing({ rule: null })}>
              Add rule
            </Button>
          )}
        </Stack>
        <p className={styles.dim}>
          Muster finds out by itself what belongs together: by time, dependencies, wording, habit and changes. A rule adds what only you know. Edits go into a draft that can be
          tried on the past.
        </p>
        {settings.rules.length === 0 ? (
          <EmptyState variant="call-to-action" message="No rules of your own">
            Correlation works without any.
          </EmptyState>
        ) : (
          settings.rules.map((rule) => (
            <RuleCard
              key={rule.id}
              rule={rule}
              change={inForce.has(rule.id) ? (inForce.get(rule.id) === JSON.stringify(rule) ? null : 'changed') : 'new'}
              canEdit={mayEdit && !put.isPending}
              onEdit={() => setEditing({ rule })}
              onToggle={() => save(withRule(settings, { ...rule, enabled: !rule.enabled }, rule.id))}
              onRemove={() => save(withoutRule(settings, rule.id))}
            />
          ))
        )}
      </section>
      <TuningEditor key={state.version} settings={settings} defaults={state.defaults} canEdit={mayEdit && !put.isPending} onChange={(next) => save(next)} />
      <DependencyEdits settings={settings} canEdit={mayEdit && !put.isPending} onChange={(next) => save(next)} />
      {editing !== null && (
        <RuleDialog
          rule={editing.rule}
          taken={settings.rules.filter((rule) => rule !== editing.rule).map(({ id }) => id)}
          busy={put.isPending}
          error={put.error}
          onSave={(rule) => save(withRule(settings, rule, editing.rule?.id ?? null), () => setEditing(null))}
          onClose={() => {
            put.reset();
            setEditing(null);
          }}
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
  block: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, margin: 0, maxWidth: 900 }),
});

import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, EmptyState, Icon, Stack, Switch, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { NoiseRule } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useDeleteNoiseRule, useNoiseRules, useSaveNoiseRule } from '../../api/useNoise.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useTargetRow } from '../../hooks/useTargetRow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { RULE_KIND_LABELS, ruleText } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';
import { RuleDialog } from './RuleDialog.tsx';

/** The rules that hold alerts back, each with what it held back and a warning where it hides too much. */
export function RulesTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const rules = useNoiseRules();
  const [editing, setEditing] = useState<NoiseRule | 'new' | null>(null);
  return (
    <div className={styles.tab}>
      {can('createNoiseRule') && (
        <Button icon="plus" onClick={() => setEditing('new')} data-testid={testIds.noise.addRule}>
          Add rule
        </Button>
      )}
      <QueryView query={rules} loading={<Skeleton rows={4} height={64} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState variant="call-to-action" message="No rule holds alerts back">
              Every alert goes to correlation, except in maintenance windows and silences.
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {items.map((rule) => (
                <RuleRow key={rule.id} rule={rule} onEdit={() => setEditing(rule)} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {editing !== null && <RuleDialog known={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function RuleRow({ rule, onEdit }: { rule: NoiseRule; onEdit: () => void }) {
  const styles = useStyles2(getStyles);
  const { ref, isTarget } = useTargetRow<HTMLLIElement>(rule.id);
  const can = useCan();
  const toast = useToast();
  const save = useSaveNoiseRule();
  const remove = useDeleteNoiseRule();
  const [asking, setAsking] = useState(false);
  const { name, enabled } = rule.rule;
  return (
    <li ref={ref} className={cx(styles.row, isTarget && styles.target)} aria-current={isTarget} data-testid={testIds.noise.ruleRow}>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          <strong>{name}</strong>
          <Badge color={enabled ? 'blue' : 'darkgrey'} text={RULE_KIND_LABELS[rule.rule.kind]} />
          {!enabled && <span className={styles.dim}>off</span>}
        </Stack>
        <div>{ruleText(rule.rule)}</div>
        <div className={styles.dim}>
          {rule.heldBack.alerts.toLocaleString()} {rule.heldBack.alerts === 1 ? 'alert' : 'alerts'} held back in 24 hours
          {rule.heldBack.sev1 > 0 && `, ${rule.heldBack.sev1} of them SEV1`}
        </div>
        {rule.warning !== null && (
          <div className={styles.warning} role="alert">
            <Icon name="exclamation-triangle" /> This rule {rule.warning}.
          </div>
        )}
      </div>
      {can('editNoiseRule') && (
        <Stack gap={1} alignItems="center">
          <Switch
            aria-label={`${name} is on`}
            value={enabled}
            disabled={save.isPending}
            onChange={() => save.mutate({ known: rule, body: { ...rule.rule, enabled: !enabled } }, { onError: (error) => toast.failed(error) })}
          />
          <Button size="sm" variant="secondary" icon="pen" aria-label={`Edit ${name}`} onClick={onEdit} />
          <Button size="sm" variant="secondary" icon="trash-alt" aria-label={`Remove ${name}`} onClick={() => setAsking(true)} />
        </Stack>
      )}
      <ConfirmModal
        isOpen={asking}
        title={`Remove ${name}?`}
        body="What it holds back and still fires goes to correlation within seconds."
        confirmText="Remove"
        onConfirm={() => remove.mutate(rule, { onSuccess: () => toast.done('Rule removed'), onError: (error) => toast.failed(error), onSettled: () => setAsking(false) })}
        onDismiss={() => setAsking(false)}
      />
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'flex-start' }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  target: css({ background: theme.colors.action.selected, outline: `${theme.spacing(1)} solid ${theme.colors.action.selected}` }),
  words: css({ flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  warning: css({ color: theme.colors.warning.text }),
});

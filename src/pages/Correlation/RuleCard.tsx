import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, InlineSwitch, Stack, useStyles2 } from '@grafana/ui';
import type { CorrelationRule } from '#contract';
import { boxStyle } from '../../components/boxStyle.ts';
import { describeRule } from '../../model/correlationRules.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  rule: CorrelationRule;
  /** Against what is in force. */
  change: 'new' | 'changed' | null;
  canEdit: boolean;
  onEdit: () => void;
  onToggle: () => void;
  onRemove: () => void;
}

export function RuleCard({ rule, change, canEdit, onEdit, onToggle, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const [asks, setAsks] = useState(false);
  return (
    <section className={styles.card} aria-label={rule.name} data-testid={testIds.correlation.rule}>
      <div className={styles.line}>
        <h4 className={styles.name}>{rule.name}</h4>
        {change !== null && <Badge color="orange" text={change === 'new' ? 'New in the draft' : 'Changed in the draft'} />}
        {!rule.enabled && <Badge color="darkgrey" text="Off" />}
        {canEdit && (
          <span className={styles.end}>
            <InlineSwitch id={`muster-rule-${rule.id}`} label="On" showLabel transparent value={rule.enabled} onChange={onToggle} />
          </span>
        )}
      </div>
      <code className={styles.condition}>{rule.condition}</code>
      <div className={styles.dim}>{describeRule(rule)}</div>
      {canEdit && (
        <Stack gap={1} wrap="wrap">
          <Button size="sm" variant="secondary" icon="pen" onClick={onEdit}>
            Edit
          </Button>
          <Button size="sm" variant="secondary" fill="outline" icon="trash-alt" onClick={() => setAsks(true)}>
            Remove
          </Button>
        </Stack>
      )}
      <ConfirmModal
        isOpen={asks}
        title={`Remove ${rule.name}`}
        body="The rule is taken out of the draft. What is in force stays as it is until the draft is activated."
        confirmText="Remove"
        onDismiss={() => setAsks(false)}
        onConfirm={() => {
          setAsks(false);
          onRemove();
        }}
      />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({ ...boxStyle(theme), flexDirection: 'column', background: theme.colors.background.primary }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ ...theme.typography.h5, margin: 0, overflowWrap: 'anywhere' }),
  end: css({ marginLeft: 'auto' }),
  condition: css({ alignSelf: 'flex-start', maxWidth: '100%', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});

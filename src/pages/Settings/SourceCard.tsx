import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Collapse, ConfirmModal, InlineSwitch, Stack, useStyles2 } from '@grafana/ui';
import type { Source } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useDeleteSource, useEditSource, useIssueSourceToken, useSendTestAlert } from '../../api/useSources.ts';
import { HopList } from '../../components/HopList.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { judgeSource, type Verdict } from '../../model/health.ts';
import { testHopsOf } from '../../model/hops.ts';
import { KIND_LABELS } from '../../model/sourceKinds.ts';
import { testIds } from '../../testIds.ts';
import { HmacModal } from './HmacModal.tsx';
import type { IssuedToken } from './issuedToken.ts';
import { SenderSettings } from './SenderSettings.tsx';
import { SourceRules } from './SourceRules.tsx';
import { SourceTokens } from './SourceTokens.tsx';

const TONE_COLORS = { good: 'green', warning: 'orange', bad: 'red', unknown: 'darkgrey' } as const satisfies Record<Verdict['tone'], string>;
const MOST_TOKENS = 2;

interface Props {
  source: Source;
  onIssued: (issued: IssuedToken) => void;
}

export function SourceCard({ source, onIssued }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const edit = useEditSource();
  const remove = useDeleteSource();
  const issue = useIssueSourceToken();
  const test = useSendTestAlert();
  const [showsSettings, setShowsSettings] = useState(false);
  const [asksHmac, setAsksHmac] = useState(false);
  /** The version that somebody saw who asks to remove it. */
  const [toDelete, setToDelete] = useState<number | null>(null);
  const verdict = judgeSource(source);
  const mayEdit = can('editSource') && !source.provisioned;

  return (
    <section className={styles.card} aria-label={source.name} data-testid={testIds.settings.source}>
      <div className={styles.line}>
        <h3 className={styles.name}>{source.name}</h3>
        <Badge color={TONE_COLORS[verdict.tone]} text={verdict.text} />
        {source.provisioned && (
          <Badge color="purple" text="Provisioned" tooltip="A file (sources.yaml) says what this source is. Change it there and restart Muster." />
        )}
        {mayEdit && (
          <span className={styles.end}>
            <InlineSwitch
              id={`muster-source-${source.id}`}
              label="Enabled"
              showLabel
              transparent
              value={source.enabled}
              disabled={edit.isPending}
              onChange={() =>
                edit.mutate(
                  { source: source.id, version: source.version, body: { enabled: !source.enabled } },
                  { onError: (error) => toast.failed(error) }
                )
              }
            />
          </span>
        )}
      </div>
      <div className={styles.dim}>
        {KIND_LABELS[source.kind]} · {source.id} ·{' '}
        {source.lastReceivedAt === null ? (
          'nothing received yet'
        ) : (
          <>
            last received <Instant at={source.lastReceivedAt} />
          </>
        )}{' '}
        · signature (HMAC) {source.hmac.enabled ? 'required' : 'not required'}
      </div>
      <code className={styles.url}>{source.webhookUrl}</code>
      <SourceTokens source={source} />
      <SourceRules source={source} />
      <Stack gap={1} wrap="wrap">
        {can('sendTestAlert') && source.kind !== 'change' && (
          <Button
            size="sm"
            variant="secondary"
            icon="play"
            disabled={test.isPending || !source.enabled}
            onClick={() => test.mutate(source.id, { onError: (error) => toast.failed(error) })}
          >
            {test.isPending ? 'Following the test alert…' : 'Send test alert'}
          </Button>
        )}
        {can('issueSourceToken') && (
          <Button
            size="sm"
            variant="secondary"
            icon="key-skeleton-alt"
            disabled={issue.isPending || source.tokens.length >= MOST_TOKENS}
            tooltip={source.tokens.length >= MOST_TOKENS ? 'Two tokens live already. Revoke one first.' : 'A second one lets you change the sender without a gap.'}
            onClick={() => issue.mutate(source.id, { onSuccess: onIssued, onError: (error) => toast.failed(error) })}
          >
            Issue token
          </Button>
        )}
        {mayEdit && (
          <Button size="sm" variant="secondary" icon="shield" onClick={() => setAsksHmac(true)}>
            Signature
          </Button>
        )}
        {can('deleteSource') && !source.provisioned && (
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setToDelete(source.version)}>
            Remove
          </Button>
        )}
      </Stack>
      {test.data !== undefined && <HopList hops={testHopsOf(test.data)} />}
      <Collapse label="Settings for the sender" isOpen={showsSettings} onToggle={setShowsSettings}>
        <SenderSettings source={source} />
      </Collapse>
      {asksHmac && <HmacModal source={source} onClose={() => setAsksHmac(false)} />}
      <ConfirmModal
        isOpen={toDelete !== null}
        title={`Remove ${source.name}`}
        body="What this source sends from now on is refused. Its alerts and incidents stay."
        confirmText="Remove"
        confirmationText={source.id}
        onDismiss={() => setToDelete(null)}
        onConfirm={() =>
          remove.mutate({ source: source.id, version: toDelete ?? source.version }, {
            onSuccess: () => toast.done(`${source.name} removed`),
            onError: (error) => toast.failed(error),
            onSettled: () => setToDelete(null),
          })
        }
      />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ ...theme.typography.h4, margin: 0, overflowWrap: 'anywhere' }),
  end: css({ marginLeft: 'auto' }),
  dim: css({ color: theme.colors.text.secondary }),
  url: css({ alignSelf: 'flex-start', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
});

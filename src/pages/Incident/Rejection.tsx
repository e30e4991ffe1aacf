import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { Recommendation } from '#contract';
import { useJudgeRecommendation } from '../../api/useInsights.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { paths } from '../../paths.ts';

/** A runbook that is suggested for an incident, wherever it stands. */
export type Judged = Pick<Recommendation, 'runbook' | 'title' | 'rejected'>;

/** Its title, with what became of it here. */
export function JudgedTitle({ item: { runbook, title, rejected }, place }: { item: Judged; place?: number }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <span className={rejected === null ? undefined : styles.rejected}>
        {place !== undefined && `${place}. `}
        <TextLink href={paths.runbook(runbook)} inline color="primary">
          {title}
        </TextLink>
      </span>
      {rejected !== null && <Badge text="Rejected" color="red" icon="times" />}
    </>
  );
}

/** Who rejected it, when and why. */
export function RejectionText({ rejected }: { rejected: NonNullable<Judged['rejected']> }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.dim}>
      Rejected by {rejected.by.name}, <Instant at={rejected.at} />: {rejected.reason}
    </div>
  );
}

/** Rejects it for the incident, or takes that back. */
export function JudgeButton({ number, item: { runbook, title, rejected }, onReject }: { number: number; item: Judged; onReject: () => void }) {
  const can = useCan();
  const toast = useToast();
  const judge = useJudgeRecommendation();
  if (!can('judgeRecommendation')) return null;
  return rejected === null ? (
    <Button size="sm" fill="text" variant="secondary" aria-label={`Not the right one: ${title}`} onClick={onReject}>
      Not the right one
    </Button>
  ) : (
    <Button
      size="sm" fill="text" variant="secondary" disabled={judge.isPending} aria-label={`Suggest it again: ${title}`}
      onClick={() => judge.mutate({ number, body: { runbook, verdict: 'open', reason: '' } }, { onError: (error) => toast.failed(error) })}
    >
      Suggest it again
    </Button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rejected: css({ textDecoration: 'line-through' }),
  dim: css({ color: theme.colors.text.secondary }),
});

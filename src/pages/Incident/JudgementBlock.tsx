import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useJudgement, useTakeJudgementBack } from '../../api/useJudgements.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { sentenceOfJudgement } from '../../model/judgements.ts';
import { testIds } from '../../testIds.ts';
import { JudgeDialog } from './JudgeDialog.tsx';

/** What somebody said, looking back, of how the alerts were put together; and the way to say it. */
export function JudgementBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const judgement = useJudgement(incident.number);
  const takeBack = useTakeJudgementBack();
  const [asks, setAsks] = useState(false);
  return (
    <div className={styles.block} data-testid={testIds.incident.judgement}>
      <QueryView query={judgement} loading={<Skeleton rows={1} height={24} />}>
        {({ judgement: present, version }) => (
          <>
            {present !== null && (
              <div>
                {sentenceOfJudgement(present.judgement)}{' '}
                <span className={styles.dim}>
                  {present.judgedBy.name}, <Instant at={present.judgedAt} />
                </span>
              </div>
            )}
            <div className={styles.actions}>
              {can('putJudgement') && (
                <Button size="sm" variant="secondary" fill={present === null ? 'outline' : 'text'} onClick={() => setAsks(true)}>
                  {present === null ? 'Was this one incident?' : 'Judge anew'}
                </Button>
              )}
              {present !== null && can('deleteJudgement') && (
                <Button
                  size="sm"
                  variant="secondary"
                  fill="text"
                  disabled={takeBack.isPending}
                  onClick={() =>
                    takeBack.mutate(
                      { number: incident.number, version },
                      { onSuccess: () => toast.done(`${incident.key}: judgement taken back`), onError: (error) => toast.failed(error) }
                    )
                  }
                >
                  Take back
                </Button>
              )}
              {present === null && !can('putJudgement') && <span className={styles.dim}>Nobody has judged yet whether this was one incident.</span>}
            </div>
            {asks && <JudgeDialog incident={incident} present={present?.judgement ?? null} seenVersion={version} onClose={() => setAsks(false)} />}
          </>
        )}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5), overflowWrap: 'anywhere' }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});

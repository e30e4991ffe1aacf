import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Stack, useStyles2 } from '@grafana/ui';
import type { Escalation, EscalationPage, Incident } from '#contract';
import { useCan, useMe } from '../../api/useMe.ts';
import { useMobilisation, useStopEscalation } from '../../api/useMobilisation.ts';
import { Instant } from '../../components/Instant.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { PageAnswers } from '../../components/PageAnswers.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useNow } from '../../hooks/useNow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { formatDuration } from '../../model/duration.ts';
import { deliveryWords, PAGE_WORDS, STATE_WORDS } from '../../model/mobilisation.ts';
import { roleName } from '../../model/roleNames.ts';
import { stateTone } from '../../model/states.ts';
import { testIds } from '../../testIds.ts';
import { ClocksBlock } from './ClocksBlock.tsx';
import { PagePersonDialog, StartPolicyDialog } from './MobilisationDialogs.tsx';
import { RolesBlock } from './RolesBlock.tsx';

/** Who was called for an incident, over what, and who answered; who plays which role. */
export function MobilisationTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const board = useMobilisation(incident.number, { enabled: can('getMobilisation') });
  const [dialog, setDialog] = useState<'person' | 'policy' | null>(null);
  const isOver = stateTone(incident.state) === 'over';

  if (me.data !== undefined && !can('getMobilisation')) return <NoAccess />;
  return (
    <div className={styles.tab}>
      <RolesBlock incident={incident} />
      <ClocksBlock incident={incident} />
      <section>
        <Stack gap={2} alignItems="center" wrap="wrap">
          <h3 className={styles.title}>Who was called</h3>
          {!isOver && can('pagePerson') && can('listPeople') && (
            <Button size="sm" icon="bell" onClick={() => setDialog('person')}>
              Page somebody
            </Button>
          )}
          {!isOver && can('startEscalation') && (
            <Button size="sm" variant="secondary" onClick={() => setDialog('policy')}>
              Start a policy
            </Button>
          )}
        </Stack>
        <QueryView query={board} loading={<Skeleton rows={3} height={96} />}>
          {({ escalations }) =>
            escalations.length === 0 ? (
              <p className={styles.dim}>Nobody was called yet. Policies that start by themselves do so when an incident is declared.</p>
            ) : (
              <ul className={styles.list} aria-label="Escalations" aria-live="polite" aria-relevant="additions text">
                {escalations.map((escalation) => (
                  <li key={escalation.id} className={styles.card} data-testid={testIds.incident.escalation}>
                    <EscalationCard number={incident.number} escalation={escalation} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </section>
      {dialog === 'person' && <PagePersonDialog number={incident.number} onClose={() => setDialog(null)} />}
      {dialog === 'policy' && <StartPolicyDialog number={incident.number} onClose={() => setDialog(null)} />}
    </div>
  );
}

const BADGE_COLORS: Readonly<Record<Escalation['state'], 'orange' | 'green' | 'darkgrey' | 'red'>> = { active: 'orange', answered: 'green', stopped: 'darkgrey', exhausted: 'red' };

function EscalationCard({ number, escalation }: { number: number; escalation: Escalation }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const stop = useStopEscalation(number);
  const isLive = escalation.state === 'active' || escalation.state === 'answered';
  return (
    <>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <strong>{escalation.name}</strong>
        <Badge text={STATE_WORDS[escalation.state]} color={BADGE_COLORS[escalation.state]} />
        {escalation.role !== null && <span className={styles.dim}>for {roleName(escalation.role).toLowerCase()}</span>}
        {escalation.state === 'active' && escalation.nextAt !== null && <NextStep at={escalation.nextAt} />}
        {isLive && can('stopEscalation') && (
          <Button
            size="sm"
            variant="secondary"
            fill="outline"
            aria-label={`Stop ${escalation.name}`}
            disabled={stop.isPending}
            onClick={() => stop.mutate(escalation.id, { onSuccess: () => toast.done(`Stopped: ${escalation.name}`), onError: (error) => toast.failed(error) })}
          >
            Stop
          </Button>
        )}
      </Stack>
      <div className={styles.dim}>
        {escalation.cause}, <Instant at={escalation.startedAt} />
        {escalation.rounds > 1 && escalation.round > 0 ? `; round ${Math.min(escalation.round + 1, escalation.rounds)} of ${escalation.rounds}` : ''}
        {escalation.endReason === null ? '' : `; ${escalation.endReason}`}
      </div>
      {escalation.policyChangedSince && <div className={styles.dim}>The policy was changed since; this goes on as it began.</div>}
      <ul className={styles.pages} aria-label={`Pages of ${escalation.name}`}>
        {escalation.pages.map((page) => (
          <PageRow key={page.id} number={number} page={page} isLive={escalation.state !== 'stopped'} />
        ))}
      </ul>
      {escalation.pages.length === 0 && <div className={styles.dim}>Nobody could be called by it.</div>}
    </>
  );
}

/** How long until the next step, ticking. Not read aloud each second. */
function NextStep({ at }: { at: string }) {
  const styles = useStyles2(getStyles);
  const left = Date.parse(at) - useNow();
  return (
    <span className={styles.dim} role="timer" aria-live="off">
      {left <= 0 ? 'next step now' : `next step in ${formatDuration(left)}`}
    </span>
  );
}

function PageRow({ number, page, isLive }: { number: number; page: EscalationPage; isLive: boolean }) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const isMine = page.kind === 'page' && page.state === 'open' && isLive && page.user !== null && page.user.key === me.data?.user.key && can('answerPage');
  return (
    <li className={styles.page} data-testid={testIds.incident.called}>
      <span className={styles.words}>
        <strong>{page.name}</strong> {page.kind === 'page' ? PAGE_WORDS[page.state] : page.kind === 'nudge' ? 'was asked for a word' : 'was told'}
        {page.note === '' ? '' : `: “${page.note}”`}
        <div className={styles.dim}>
          {deliveryWords(page)}, called <Instant at={page.sentAt} />
          {page.answeredAt === null ? null : (
            <>
              , answered <Instant at={page.answeredAt} />
            </>
          )}
        </div>
      </span>
      {isMine && <PageAnswers incident={number} page={page.id} />}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), maxWidth: 960 }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  list: css({ listStyle: 'none', margin: theme.spacing(1, 0, 0), display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  card: css({ padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  pages: css({ listStyle: 'none', margin: theme.spacing(1, 0, 0) }),
  page: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(0.75, 0), borderTop: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});

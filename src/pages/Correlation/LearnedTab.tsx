import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, useStyles2 } from '@grafana/ui';
import { LEARNED_KINDS, type LearnedItem, type LearnedKind } from '#contract';
import { useAllowLearned, useLearned, useLearningStatus, useLearnNow, useSayOfLearned, type Verdict } from '../../api/useLearning.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { learnedName } from '../../model/learning.ts';
import { testIds } from '../../testIds.ts';
import { LearnedRow } from './LearnedRow.tsx';

const KIND_LABELS: Readonly<Record<LearnedKind, string>> = { pair: 'What fires together', candidate: 'Candidates' };
const STATES = ['learned', 'ignored'] as const;
const STATE_LABELS = { learned: 'Learned', ignored: 'Not to be learned' } as const;

const EMPTY: Readonly<Record<LearnedKind, string>> = {
  pair: 'Once an hour Muster looks which services and alert rules were in one incident, and what people merged, split, moved and judged. Three incidents, or two acts of people, make a pair.',
  candidate: 'Once an hour Muster looks which candidates people rejected and promoted. What was rejected three times in 30 days is held; what was promoted twice scores more.',
};
const DIALOGS: Readonly<Record<Verdict, { readonly title: string; readonly confirm: string; readonly hint: string }>> = {
  forget: { title: 'Forget', confirm: 'Forget it', hint: 'Whatever led to it up to now counts no more. It may be learned again from what comes.' },
  ignore: { title: 'Do not learn', confirm: 'Do not learn this', hint: 'It has no effect from now on and is not learned again until somebody allows it.' },
};

/** What was learned from past incidents and from people: why, with which effect, and how to be rid of it. */
export function LearnedTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const [kind, setKind] = useState<LearnedKind>('pair');
  const [state, setState] = useState<(typeof STATES)[number]>('learned');
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState<{ item: LearnedItem; verdict: Verdict } | null>(null);
  const learned = useLearned({ kind, state, search });
  const say = useSayOfLearned();
  const allow = useAllowLearned();

  return (
    <div className={styles.list}>
      <LearningBar />
      <div className={styles.bar}>
        <Choice label="Kind" options={LEARNED_KINDS} labels={KIND_LABELS} value={kind} onChange={setKind} />
        <Choice label="State" options={STATES} labels={STATE_LABELS} value={state} onChange={setState} />
        <SearchInput placeholder="Service, rule or cause" value={search} onChange={setSearch} width={28} />
      </div>
      <QueryView query={learned} loading={<Skeleton rows={4} height={72} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState variant={search === '' ? 'completed' : 'not-found'} message={search !== '' ? 'Nothing of that name' : state === 'ignored' ? 'Nothing is kept from being learned' : 'Nothing learned yet'}>
                {search === '' && state === 'learned' ? EMPTY[kind] : null}
              </EmptyState>
            );
          }
          return (
            <>
              {items.map((item) => (
                <LearnedRow
                  key={item.id}
                  item={item}
                  onForget={can('forgetLearned') && item.ignored === null ? () => setAsked({ item, verdict: 'forget' }) : null}
                  onIgnore={can('ignoreLearned') && item.ignored === null ? () => setAsked({ item, verdict: 'ignore' }) : null}
                  onAllow={
                    can('allowLearned') && item.ignored !== null && !allow.isPending
                      ? () => allow.mutate(item.id, { onSuccess: () => toast.done(`${learnedName(item)} may be learned again`), onError: (error) => toast.failed(error) })
                      : null
                  }
                />
              ))}
              {learned.hasNextPage && (
                <Button variant="secondary" disabled={learned.isFetchingNextPage} onClick={() => void learned.fetchNextPage()}>
                  Load more
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
      {asked !== null && (
        <ReasonDialog
          title={`${DIALOGS[asked.verdict].title}: ${learnedName(asked.item)}`}
          confirmText={DIALOGS[asked.verdict].confirm}
          hint={DIALOGS[asked.verdict].hint}
          required
          busy={say.isPending}
          error={say.error}
          onDismiss={() => {
            say.reset();
            setAsked(null);
          }}
          onConfirm={(reason = '') =>
            say.mutate(
              { id: asked.item.id, verdict: asked.verdict, reason },
              {
                onSuccess: () => {
                  setAsked(null);
                  toast.done(asked.verdict === 'forget' ? 'Forgotten' : 'It is not learned any more');
                },
              }
            )
          }
        />
      )}
    </div>
  );
}

/** When was learned, from how much; and the button that does not wait for the hour. */
function LearningBar() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const status = useLearningStatus();
  const learn = useLearnNow();
  return (
    <QueryView query={status} loading={<Skeleton rows={1} height={32} />}>
      {({ learnedAt, incidents, acts, days }) => (
        <div className={styles.bar} data-testid={testIds.correlation.learning}>
          <span className={styles.dim}>
            {learnedAt === null ? (
              'Nothing was learned yet; the first time comes within the hour.'
            ) : (
              <>
                Learned <Instant at={learnedAt} /> from {incidents.toLocaleString()} incidents and {acts.toLocaleString()} acts of people in {days} days. It stays on your servers and fades by half in 30 days.
              </>
            )}
          </span>
          {can('learnNow') && (
            <Button
              size="sm"
              variant="secondary"
              icon={learn.isPending ? 'fa fa-spinner' : 'sync'}
              disabled={learn.isPending}
              onClick={() =>
                learn.mutate(undefined, {
                  onSuccess: ({ pairs, candidates }) => toast.done(`Learned: ${pairs} pairs, ${candidates} kinds of candidates`),
                  onError: (error) => toast.failed(error),
                })
              }
            >
              {learn.isPending ? 'Learning…' : 'Learn now'}
            </Button>
          )}
        </div>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), alignItems: 'stretch' }),
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  dim: css({ color: theme.colors.text.secondary }),
});

import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { DRAFT_WRITERS, type DraftOutcome, type DraftOutcomeCount, type DraftWriter } from '#contract';

const WRITERS: Readonly<Record<DraftWriter, string>> = { template: 'By the template', model: 'By a model' };
const OUTCOMES: ReadonlyArray<readonly [DraftOutcome, string]> = [['accepted', 'taken as they were'], ['edited', 'changed'], ['discarded', 'not used']];

/** What became of drafts so far. */
export function DraftOutcomes({ outcomes }: { outcomes: readonly DraftOutcomeCount[] }) {
  const styles = useStyles2(getStyles);
  const countOf = (by: DraftWriter, outcome: DraftOutcome): number => outcomes.find((one) => one.by === by && one.outcome === outcome)?.count ?? 0;
  return (
    <section aria-label="What became of drafts">
      <h3 className={styles.title}>What became of drafts</h3>
      {outcomes.length === 0 ? (
        <span className={styles.dim}>None was written yet.</span>
      ) : (
        DRAFT_WRITERS.map((by) => <div key={by}>{`${WRITERS[by]}: ${OUTCOMES.map(([outcome, words]) => `${countOf(by, outcome).toLocaleString('en')} ${words}`).join(', ')}`}</div>)
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h5, margin: theme.spacing(0, 0, 1) }),
  dim: css({ color: theme.colors.text.secondary }),
});

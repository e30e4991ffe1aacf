import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, useStyles2 } from '@grafana/ui';
import type { Accuracy, HelperAccuracy } from '#contract';
import { useAccuracy } from '../../api/useAccuracy.ts';
import { Choice } from '../../components/Choice.tsx';
import { DraftOutcomes } from '../../components/DraftOutcomes.tsx';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';
import { coverageText } from '../../model/forecasts.ts';
import { HELPER_WORDS, luckText, VERDICT_WORDS } from '../../model/helpers.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { CalibrationTable } from './CalibrationTable.tsx';
import { DetectorsTable } from './DetectorsTable.tsx';
import { Standing } from './Standing.tsx';
import { WeeksTable } from './WeeksTable.tsx';

const SPANS = ['4', '12', '26', '52'] as const;
const SPAN_LABELS = { 4: '4 weeks', 12: '12 weeks', 26: '26 weeks', 52: '52 weeks' } as const;

/** How often Muster's helpers were right, by what people said and by what came, against simple baselines. */
export function AccuracyPage() {
  const styles = useStyles2(getStyles);
  const [weeks, setWeeks] = useState<(typeof SPANS)[number]>('12');
  const accuracy = useAccuracy(Number(weeks));
  return (
    <Page testId={testIds.accuracy.page} pageNav={{ text: 'Accuracy', url: paths.accuracy }}>
      <div className={styles.stack}>
        <Choice label="Looked at" options={SPANS} labels={SPAN_LABELS} value={weeks} onChange={setWeeks} />
        <QueryView query={accuracy} loading={<Skeleton rows={3} height={120} />}>
          {(data) => <Helpers accuracy={data} />}
        </QueryView>
      </div>
    </Page>
  );
}

function Helpers({ accuracy }: { accuracy: Accuracy }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.stack}>
      {accuracy.helpers.map((helper) => (
        <HelperBlock key={helper.helper} helper={helper} accuracy={accuracy} />
      ))}
      <div className={styles.block}>
        <DraftOutcomes outcomes={accuracy.drafts} />
      </div>
      <p className={styles.dim}>
        Drills count nowhere, nor do private incidents. What does worse than its baseline in each of the last two whole weeks, with five answers or more in both, puts itself to shadow where luck alone would do that less than once in
        50 times: prediction, forecast of limits, diagnosis and recommendation as a whole, detectors one by one. Correlation does not, for without it there would be no incidents. Drafts do not either: a person reads and sends them.
      </p>
    </div>
  );
}

function HelperBlock({ helper, accuracy: { detectors, forecasts } }: { helper: HelperAccuracy; accuracy: Accuracy }) {
  const styles = useStyles2(getStyles);
  const words = HELPER_WORDS[helper.helper];
  const verdict = VERDICT_WORDS[helper.verdict];
  const { judged } = helper.total;
  const ranks = helper.reciprocalRank === null || helper.baselineReciprocalRank === null ? '' : ` Mean reciprocal rank of the runbook that ended it: ${helper.reciprocalRank.toFixed(3)}, by how often they were run: ${helper.baselineReciprocalRank.toFixed(3)}.`;
  return (
    <section className={styles.block} aria-label={words.title} data-testid={testIds.accuracy.helper}>
      <div className={styles.head}>
        <h2 className={styles.title}>{words.title}</h2>
        <Badge text={judged === 0 ? 'Not known yet' : verdict.text} color={verdict.color} />
        {helper.standing?.mode === 'shadow' && <Badge text="In shadow" color="orange" icon="eye-slash" />}
        <span className={styles.dim}>
          {countOf(judged, words.judged)}
          {helper.chance !== null && `. ${luckText(helper.chance)}`}
        </span>
      </div>
      <Standing helper={helper} title={words.title} />
      {judged === 0 ? <p className={styles.dim}>Nothing is known yet. {words.taught}</p> : <WeeksTable helper={helper} words={words} />}
      <CalibrationTable calibration={helper.calibration} title={words.title} />
      {judged > 0 && <p className={styles.dim}>Measured by: {words.measure}. Baseline: {words.baseline.toLowerCase()}. {words.taught}{ranks}</p>}
      {helper.helper === 'forecast' && forecasts.judged > 0 && <p className={styles.dim} data-testid={testIds.accuracy.forecasts}>{coverageText(forecasts)}</p>}
      {helper.helper === 'detection' && detectors.length > 0 && <DetectorsTable detectors={detectors} />}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  block: css({ padding: theme.spacing(2), border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, minWidth: 0 }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), marginBottom: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, margin: 0 }),
});

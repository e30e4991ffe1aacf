import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Checkbox, Input, useStyles2 } from '@grafana/ui';
import { DRILL_STAGES, type DrillExpectation } from '#contract';
import { STAGE_LABELS, USUAL_SECONDS } from '../../model/drills.ts';

interface Props {
  expects: readonly DrillExpectation[];
  onChange: (expects: DrillExpectation[]) => void;
}

/** Which stages are expected, and by when. */
export function DrillStageFields({ expects, onChange }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <fieldset className={styles.set}>
      <legend className={styles.legend}>What is to be reached, in seconds after the start</legend>
      {DRILL_STAGES.map((stage) => {
        const expected = expects.find((one) => one.stage === stage);
        const others = expects.filter((one) => one.stage !== stage);
        const inOrder = (all: readonly DrillExpectation[]): DrillExpectation[] => DRILL_STAGES.flatMap((known) => all.find((one) => one.stage === known) ?? []);
        return (
          <div key={stage} className={styles.row}>
            <span className={styles.box}>
              <Checkbox label={STAGE_LABELS[stage]} value={expected !== undefined} onChange={() => onChange(expected === undefined ? inOrder([...others, { stage, withinSeconds: USUAL_SECONDS[stage] }]) : others)} />
            </span>
            {expected !== undefined && (
              <Input
                aria-label={`${STAGE_LABELS[stage]} within (seconds)`}
                type="number"
                min={1}
                max={14400}
                width={14}
                value={Number.isNaN(expected.withinSeconds) ? '' : expected.withinSeconds}
                onChange={(event) => onChange(inOrder([...others, { stage, withinSeconds: event.currentTarget.valueAsNumber }]))}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  set: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), border: 'none', margin: 0, padding: 0 }),
  legend: css({ fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightMedium, margin: theme.spacing(0, 0, 0.5) }),
  box: css({ display: 'inline-flex', justifyContent: 'flex-start' }),
  row: css({ display: 'grid', gridTemplateColumns: 'minmax(160px, 240px) auto', justifyContent: 'start', alignItems: 'center', minHeight: 32, gap: theme.spacing(1) }),
});

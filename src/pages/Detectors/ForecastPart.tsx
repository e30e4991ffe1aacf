import { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Field, Spinner, useStyles2 } from '@grafana/ui';
import type { ForecastPreview } from '#contract';
import { useForecastPreview } from '../../api/useForecasts.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { ForecastChart } from '../../components/ForecastChart.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { useNow } from '../../hooks/useNow.ts';
import { forecastPreviewOf, seriesText, type DetectorDraft } from '../../model/detectors.ts';
import { outlookText, SIDE_WORDS, SIDES } from '../../model/forecasts.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  draft: DetectorDraft;
  onChange: (part: Partial<DetectorDraft>) => void;
}

/** Typing a number goes through others. */
const REST_MS = 800;
const TICK_MS = 60_000;

/** A limit, and when what stands in the form would cross it. */
export function ForecastPart({ draft, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const body = useMemo(() => (can('previewForecast') ? forecastPreviewOf(draft) : null), [can, draft]);
  const rested = useDebounced(JSON.stringify(body), REST_MS);
  const preview = useForecastPreview(rested === JSON.stringify(body) ? body : null);
  return (
    <>
      <NumberField
        id="muster-detector-limit" label="Limit (optional)" description="When its series will cross it is forecast: a disk that is full at 95, say." step={1} min={-1e15} placeholder="none" value={draft.limit} onChange={(limit) => onChange({ limit })}
      />
      {draft.limit !== undefined && (
        <>
          <Field noMargin label="Trouble is">
            <Choice label="Trouble is" options={SIDES} labels={SIDE_WORDS} value={draft.limitSide} onChange={(limitSide) => onChange({ limitSide })} />
          </Field>
          <section aria-label="Forecast" className={styles.part} data-testid={testIds.detectors.forecast}>
            <h4 className={styles.title}>When it will cross that {preview.isFetching && preview.data !== undefined && <Spinner inline size="sm" aria-label="Asking" />}</h4>
            {body === null && preview.data === undefined ? (
              <p className={styles.dim}>Say which values are watched, and when they would cross it stands here.</p>
            ) : (
              <QueryView query={preview} loading={<Skeleton rows={1} height={220} />}>
                {(data) => <Previews preview={data} draft={draft} />}
              </QueryView>
            )}
          </section>
        </>
      )}
    </>
  );
}

function Previews({ preview: { series, seriesTotal, leftOut }, draft }: { preview: ForecastPreview; draft: DetectorDraft }) {
  const styles = useStyles2(getStyles);
  const nowMs = useNow(TICK_MS);
  const { limit = 0, limitSide } = draft;
  const threshold = useMemo(() => ({ value: limit, side: limitSide }), [limit, limitSide]);
  if (series.length === 0) return <p className={styles.dim}>The query gives no values now.</p>;
  return (
    <>
      {seriesTotal > series.length && (
        <p className={styles.dim}>
          {`${series.length} of ${seriesTotal} series shown, the nearest first`}
          {leftOut > 0 && `; here only the ${seriesTotal - leftOut} whose values are nearest to the limit now are reckoned, ${leftOut} are left out. The detector looks at all.`}
        </p>
      )}
      {series.map((one) => {
        const said = `${seriesText(one.labels)}: ${outlookText(one, threshold, nowMs)}`;
        return (
          <figure key={seriesText(one.labels)} className={styles.figure}>
            <figcaption className={styles.name}>{said}</figcaption>
            <ForecastChart series={one} threshold={threshold} label={said} />
          </figure>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  part: css({ minWidth: 0, padding: theme.spacing(1.5), border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default }),
  title: css({ fontSize: theme.typography.h6.fontSize, marginBottom: theme.spacing(1) }),
  dim: css({ margin: 0, color: theme.colors.text.secondary }),
  figure: css({ margin: theme.spacing(0, 0, 2), minWidth: 0 }),
  name: css({ overflowWrap: 'anywhere', marginBottom: theme.spacing(0.5) }),
});

import { css } from '@emotion/css';
import { useMemo, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { DetectorPreview, PreviewSeries } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { SeriesChart } from '../../components/SeriesChart.tsx';
import { countOf } from '../../model/counts.ts';
import { rateText, seriesText, tookText } from '../../model/detectors.ts';
import { testIds } from '../../testIds.ts';
import { PatternText } from './PatternText.tsx';

/** Series that are drawn at first: those in which most was found. */
const FIRST_SERIES = 2;
/** Found patterns that are listed, the newest. */
const MOST_PATTERNS = 10;

/** How a detector did over a time: a chart a series, and what it found in figures. */
export function PreviewCharts({ preview, alarmsAWeek, ofLogs = false }: { preview: DetectorPreview; alarmsAWeek?: number; ofLogs?: boolean }) {
  const styles = useStyles2(getStyles);
  const [showsAll, setShowsAll] = useState(false);
  const [fromMs, toMs] = [Date.parse(preview.from), Date.parse(preview.to)];
  const isPart = preview.seriesTotal > preview.series.length;
  const shown = `${preview.series.length} of ${preview.seriesTotal} series`;
  const series = preview.series.toSorted((a, b) => b.findings.length - a.findings.length);
  const found = preview.series.flatMap(({ findings }) => findings).filter(({ endsAt }) => (endsAt ?? preview.to) >= preview.countedFrom).length;
  if (preview.series.length === 0) {
    return <p className={styles.dim}>The query gives no {ofLogs ? 'lines' : 'values'} now. A detector learns and watches as soon as there are some.</p>;
  }
  return (
    <div className={styles.stack} data-testid={testIds.detectors.preview}>
      <p className={styles.line}>
        {alarmsAWeek === undefined ? (
          <>
            <strong>{countOf(found, 'finding')}</strong> {isPart && `in the ${shown} looked at, `}since <Instant at={preview.countedFrom} as="clock" />, as it is set now
          </>
        ) : preview.findingsAWeek === null ? `The time is too short for a rate of findings.${isPart ? ` ${shown} are looked at.` : ''}` : (
          <>
            <strong>{rateText(preview.findingsAWeek)} findings a week</strong>
            {isPart && ` in the ${shown} looked at,`} since <Instant at={preview.countedFrom} as="clock" />
            {isPart ? `; in all of them together at most ${rateText(alarmsAWeek)} false a week` : `; at most ${rateText(alarmsAWeek)} of them may be false`}
          </>
        )}
        <span className={styles.dim}>
          {' · '}
          {countOf(preview.points, ofLogs ? 'line' : 'value')}, {tookText(preview)}
        </span>
      </p>
      {series.slice(0, showsAll ? series.length : FIRST_SERIES).map((series) => (
        <SeriesPart key={seriesText(series.labels)} series={series} ofLogs={ofLogs} fromMs={fromMs} toMs={toMs} />
      ))}
      {!showsAll && series.length > FIRST_SERIES && (
        <Button size="sm" variant="secondary" onClick={() => setShowsAll(true)}>
          Show {series.length - FIRST_SERIES} more
        </Button>
      )}
    </div>
  );
}

function SeriesPart({ series, ofLogs, fromMs, toMs }: { series: PreviewSeries; ofLogs: boolean; fromMs: number; toMs: number }) {
  const styles = useStyles2(getStyles);
  const charted = useMemo(
    () => ({ ...series, marked: series.findings.map(({ startsAt, endsAt }) => ({ fromMs: Date.parse(startsAt), toMs: endsAt === null ? toMs : Date.parse(endsAt) })) }),
    [series, toMs]
  );
  const name = ofLogs ? 'Lines in a step' : seriesText(series.labels);
  const patterns = series.findings.flatMap(({ startsAt, pattern }) => (pattern === null ? [] : [{ startsAt, pattern }]));
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.name}>
        {name} · {countOf(series.findings.length, 'finding')}
      </figcaption>
      <SeriesChart series={charted} fromMs={fromMs} toMs={toMs} label={ofLogs ? `${name}, and ${countOf(series.findings.length, 'finding')}` : `${name}: its values, the band in which they usually lie, and ${countOf(series.findings.length, 'finding')}`} />
      {patterns.length > 0 && (
        <ul className={styles.patterns}>
          {patterns.slice(-MOST_PATTERNS).map(({ startsAt, pattern }) => (
            <li key={`${startsAt} ${pattern.template}`}>
              <Instant at={startsAt} as="clock" /> · <PatternText pattern={pattern} />
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0, '& > button': { alignSelf: 'flex-start' } }),
  line: css({ margin: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
  figure: css({ margin: 0, minWidth: 0 }),
  patterns: css({ margin: theme.spacing(1, 0, 0), paddingLeft: theme.spacing(3) }),
  name: css({ fontSize: theme.typography.bodySmall.fontSize, overflowWrap: 'anywhere', marginBottom: theme.spacing(0.5) }),
});

import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Detector } from '#contract';
import { useDetectorChart } from '../../api/useDetectors.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { FindingsList } from './FindingsList.tsx';
import { ForecastsOfDetector } from './ForecastsOfDetector.tsx';
import { PreviewCharts } from './PreviewCharts.tsx';
import { ReportView } from './ReportView.tsx';

const SPANS = ['1', '7', '28'] as const;
/** Logs are looked back on for a week at most. */
const LOG_SPANS = ['1', '7'] as const;
const SPAN_WORDS: Readonly<Record<(typeof SPANS)[number], string>> = { 1: 'A day', 7: 'A week', 28: 'Four weeks' };

/** The chart of a detector, its report, and what it found. */
export function DetectorDetails({ detector }: { detector: Detector }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [span, setSpan] = useState<(typeof SPANS)[number]>('7');
  const chart = useDetectorChart(detector.id, Number(span));
  return (
    <div className={styles.details}>
      <Choice label="Time shown" size="sm" options={detector.query.kind === 'loki' ? LOG_SPANS : SPANS} labels={SPAN_WORDS} value={span} onChange={setSpan} />
      <QueryView query={chart} loading={<Skeleton rows={1} height={220} />}>
        {(preview) => <PreviewCharts preview={preview} ofLogs={detector.query.kind === 'loki'} />}
      </QueryView>
      {can('listForecasts') && <ForecastsOfDetector detector={detector} />}
      <ReportView detector={detector} />
      <FindingsList filter={{ detector: detector.id, verdict: 'any' }} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ details: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0, marginTop: theme.spacing(1) }) });

/** `muster detect`: runs the detector over recorded series, one value at a time, and writes what it said at each. */
import { createDetector } from '../detection/index.ts';
import { RecordingError } from './recordingError.ts';
import { readWhole } from './recordingFile.ts';
import { pairUp, readSeries, writeText, type SeriesPoint } from './seriesFiles.ts';

export interface DetectOptions {
  readonly csv: string;
  readonly out: string;
  /** At most so many false alarms a week; the product's default when not given. */
  readonly alarmsAWeek?: string;
}

/** Result of one series, and how many anomalies are in it. */
export function detectIn(points: readonly SeriesPoint[], alarmsAWeek: number | undefined): { readonly csv: string; readonly anomalies: number } {
  const detector = createDetector(alarmsAWeek === undefined ? {} : { alarmsAWeek });
  const lines = ['timestamp,value,score,anomaly'];
  let anomalies = 0;
  for (const point of points) {
    const { score, anomaly } = detector.step(point.timestampMs, point.value);
    if (anomaly) anomalies += 1;
    lines.push(`${point.timestamp},${point.text},${Number(score.toFixed(6))},${anomaly ? 1 : 0}`);
  }
  return { csv: `${lines.join('\n')}\n`, anomalies };
}

/** Reads `csv` (a file, or a folder) and writes to `out` (the same); tells in a line what was done. */
export async function detect(options: DetectOptions): Promise<string> {
  const alarmsAWeek = options.alarmsAWeek === undefined ? undefined : Number(options.alarmsAWeek);
  if (alarmsAWeek !== undefined && !(alarmsAWeek >= 0.01 && alarmsAWeek <= 1000)) throw new RecordingError('--alarms-a-week: is a number from 0.01 to 1000');
  const pairs = await pairUp(options.csv, options.out);
  let points = 0;
  let anomalies = 0;
  const faults: string[] = [];
  for (const { from, to } of pairs) {
    try {
      const series = readSeries(from, await readWhole(from));
      const result = detectIn(series, alarmsAWeek);
      await writeText(to, result.csv);
      points += series.length;
      anomalies += result.anomalies;
    } catch (error) {
      // One bad file of a folder does not cost the others their results.
      if (!(error instanceof RecordingError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) throw new RecordingError(faults.length === 1 && pairs.length === 1 ? faults.join('') : `${faults.join('\n')}\n${pairs.length - faults.length} of ${pairs.length} series are written`);
  return `${pairs.length} series, ${points} points, ${anomalies} anomalies.\n`;
}

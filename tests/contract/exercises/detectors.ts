/** Detectors and what they found. */
import { findingId, type DetectorBody, type FindingId, type LogPattern } from '../../../backend/contract/index.ts';
import { eventually } from '../../harness/app.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** One over Muster's own alerts: it asks nobody outside. */
function detectorBody(name: string): DetectorBody {
  return { name, description: '', query: { kind: 'alerts', by: 'service' }, stepSeconds: 600, direction: 'above', alarmsAWeek: 1, timeZone: 'Europe/Berlin', holidays: ['12-25', '2026-05-14'], holidayCalendar: null, threshold: null, service: null, severity: 'sev3', labels: {}, links: [] };
}

const made = async (stage: Stage) => stage.must('createDetector', { body: detectorBody(stage.name()) });

/** It has learned when it watches: then it is not changed by itself any more. */
async function watching(stage: Stage) {
  const { id } = await made(stage);
  return eventually(() => stage.must('getDetector', { params: { id } }), ({ state }) => state !== 'train');
}

/** One over the log patterns of a Loki, at an address where nobody answers. */
function logDetectorBody(name: string): DetectorBody {
  return { ...detectorBody(name), query: { kind: 'loki', from: { url: 'http://127.0.0.1:9' }, expr: '{namespace="shop"}', by: 'service_name' }, stepSeconds: 60, direction: 'both', timeZone: 'UTC', holidays: [] };
}

const PATTERN: LogPattern = {
  kind: 'new', template: 'level=error cannot open ledger <*>', example: 'level=error cannot open ledger 4711', lines: 12, firstAt: '2026-03-08T09:00:00.000Z', lastAt: '2026-03-08T09:20:00.000Z',
  explore: 'https://grafana.example.com/explore?schemaVersion=1&orgId=1',
};

/** What was found; with a pattern it was found in logs. */
async function found(stage: Stage, pattern: LogPattern | null = null): Promise<FindingId> {
  const detector = await (pattern === null ? made(stage) : stage.must('createDetector', { body: logDetectorBody(stage.name()) }));
  const [row] = await stage.muster.database.db.query<{ id: string }>(
    `insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, value, expected, score, views, alert, found_at, pattern)
     values (1, $1::bigint, $2::text, 'one', '{"service": "checkout"}', 'shadow', now(), 9, '{"low": 1, "mid": 2, "high": 3}', 0.8, '{"point": 3, "sustained": 3, "level": 0, "shape": 0, "drift": 0}',
       '{"labels": {}, "annotations": {}, "generatorURL": null}', now(), $3::jsonb) returning id::text`, [detector.id, detector.name, pattern === null ? null : JSON.stringify(pattern)],
  );
  return findingId.parse(row?.id);
}

export const detectorExercises: Exercises<
  'listDetectors' | 'createDetector' | 'getDetector' | 'putDetector' | 'deleteDetector' | 'setDetectorState' | 'previewDetector' | 'getDetectorChart' | 'getDetectorReport' | 'listDetectorFindings' | 'judgeFinding'
> = {
  async listDetectors(stage) {
    await made(stage);
    return { input: { query: { limit: 1 } } };
  },
  createDetector: async ({ name }) => ({ input: { body: logDetectorBody(name()) } }),
  getDetector: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  async putDetector(stage) {
    const detector = await watching(stage);
    return { input: { params: { id: detector.id }, body: { ...detectorBody(detector.name), alarmsAWeek: 3 } }, headers: ifMatch(detector) };
  },
  async deleteDetector(stage) {
    const detector = await watching(stage);
    return { input: { params: { id: detector.id } }, headers: ifMatch(detector) };
  },
  async setDetectorState(stage) {
    const detector = await watching(stage);
    return { input: { params: { id: detector.id }, body: { state: 'active' } }, headers: ifMatch(detector) };
  },
  previewDetector: async () => ({ input: { body: { query: { kind: 'alerts', by: 'source' }, stepSeconds: 600, days: 2 } } }),
  getDetectorChart: async (stage) => ({ input: { params: { id: (await made(stage)).id }, query: { days: 2 } } }),
  getDetectorReport: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  async listDetectorFindings(stage) {
    await found(stage, PATTERN);
    return { input: { query: { limit: 1, verdict: 'none' } } };
  },
  judgeFinding: async (stage) => ({ input: { params: { id: await found(stage) }, body: { verdict: 'right' } } }),
};


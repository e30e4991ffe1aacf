/** Cases of MUSTER_DATA/cases with their truth, for measuring only. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { DiagnosisInput } from '../../../backend/diagnosis/index.ts';

export interface KnownCase {
  readonly id: string;
  readonly set: string;
  readonly kind: string;
  readonly causes: readonly string[];
  readonly input: DiagnosisInput;
}

const caseSchema = z.object({
  id: z.string(), graph: z.object({ nodes: z.array(z.string()), edges: z.array(z.tuple([z.string(), z.string()])) }),
  symptom: z.object({ node: z.string(), metric: z.string() }), normal: z.tuple([z.string(), z.string()]), anomalous: z.tuple([z.string(), z.string()]),
});
const truthSchema = z.object({ rootCauses: z.array(z.string()), kind: z.string().optional() });

export async function readSet(dir: string, set: string): Promise<KnownCase[]> {
  const found: KnownCase[] = [];
  for (const entry of (await readdir(join(dir, set), { withFileTypes: true })).filter((each) => each.isDirectory())) {
    const at = join(dir, set, entry.name);
    const about = caseSchema.parse(JSON.parse(await readFile(join(at, 'case.json'), 'utf8')));
    const truth = truthSchema.parse(JSON.parse(await readFile(join(at, 'truth.json'), 'utf8')));
    const lines = gunzipSync(await readFile(join(at, 'metrics.csv.gz'))).toString('utf8').trim().split('\n').map((line) => line.split(','));
    const window = ([from, to]: [string, string]): { fromMs: number; toMs: number } => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });
    found.push({
      id: about.id, set, kind: truth.kind ?? about.symptom.metric, causes: truth.rootCauses,
      input: {
        graph: about.graph, symptom: about.symptom, normal: window(about.normal), anomalous: window(about.anomalous),
        series: {
          timesMs: lines.slice(1).map((row) => Date.parse(row[0] ?? '')),
          columns: (lines[0] ?? []).slice(1).map((name, index) => {
            const slash = name.lastIndexOf('/');
            return { node: name.slice(0, slash), metric: name.slice(slash + 1), values: lines.slice(1).map((row) => ((row[index + 1] ?? '') === '' ? Number.NaN : Number(row[index + 1]))) };
          }),
        },
      },
    });
  }
  return found;
}

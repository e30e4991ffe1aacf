/** `muster diagnose`: ranks the likely causes of recorded cases, from metrics and call graph alone. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { namesCause, rankCauses } from '../diagnosis/index.ts';
import { readCases } from './diagnoseFiles.ts';
import { RecordingError } from './recordingError.ts';

export interface DiagnoseOptions {
  readonly cases: string;
  readonly out: string;
  readonly explain?: string;
}

/** So many nodes are explained of each case. */
const MOST_EXPLAINED = 10;

/**
 * Writes `{"<case id>": ["node ranked first", …]}`: all nodes, the likeliest first; none where nothing is unusual enough to be
 * a cause. `explain` becomes one JSON a line: the first nodes with confidence and evidence. Gives how many cases there were.
 */
export async function diagnose({ cases, out, explain }: DiagnoseOptions): Promise<{ cases: number; calm: number }> {
  const predictions = new Map<string, readonly string[]>();
  let calm = 0;
  const explanations = explain === undefined ? null : createWriteStream(explain);
  if (explanations !== null) await once(explanations, 'open');
  const faults: string[] = [];
  for await (const each of readCases(cases)) {
    if (each instanceof RecordingError) {
      // One bad case does not cost the others their rankings.
      faults.push(each.message);
      continue;
    }
    const { id, dir, input } = each;
    if (predictions.has(id)) {
      faults.push(`${dir}: another case has the id "${id}", too`);
      continue;
    }
    const ranking = rankCauses(input);
    const isNamed = namesCause(ranking);
    if (!isNamed) calm += 1;
    predictions.set(id, isNamed ? ranking.map(({ node }) => node) : []);
    explanations?.write(`${JSON.stringify({ id, named: isNamed, causes: ranking.slice(0, MOST_EXPLAINED).map((cause) => ({ ...cause, score: Number(cause.score.toFixed(3)) })) })}\n`);
  }
  if (explanations !== null) {
    explanations.end();
    await once(explanations, 'finish');
  }
  if (predictions.size + faults.length === 0) throw new RecordingError(`${cases}: holds no case; a case is a folder with case.json and metrics.csv.gz`);
  if (predictions.size === 0) throw new RecordingError(faults.join('\n'));
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(Object.fromEntries(predictions), null, 1)}\n`);
  if (faults.length > 0) throw new RecordingError(`${faults.join('\n')}\n${predictions.size} of ${predictions.size + faults.length} cases are written`);
  return { cases: predictions.size, calm };
}

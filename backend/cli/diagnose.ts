/** `muster diagnose`: ranks the likely causes of recorded cases, from metrics and call graph alone. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
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
  for await (const { id, dir, input } of readCases(cases)) {
    if (predictions.has(id)) throw new RecordingError(`${dir}: another case has the id "${id}", too`);
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
  if (predictions.size === 0) throw new RecordingError(`${cases}: holds no case; a case is a folder with case.json and metrics.csv.gz`);
  await writeFile(out, `${JSON.stringify(Object.fromEntries(predictions), null, 1)}\n`);
  return { cases: predictions.size, calm };
}

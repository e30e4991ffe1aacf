/** The reasons for one node's place. */
import type { CauseEvidence, Deviation } from './model.ts';
import type { DiagnosisParameters } from './parameters.ts';
import type { Signals } from './signals.ts';
import type { Weighed } from './weigh.ts';
import { deviationText, duration, percent } from './words.ts';

/** So many metrics are shown of a node. */
const MOST_DEVIATIONS = 3;
/** Weaker ones are noise. */
const LEAST_STRENGTH = 0.01;
/** Parts smaller than this are not worth a line. */
const LEAST_SHARE = 0.05;

function onsetEvidence(shown: readonly Deviation[], symptomOnsetMs: number | null): CauseEvidence[] {
  const onsets = shown.map(({ onsetMs }) => onsetMs).filter((at) => at !== null);
  if (onsets.length === 0 || symptomOnsetMs === null) return [];
  const onsetMs = Math.min(...onsets);
  const ahead = symptomOnsetMs - onsetMs;
  const text = ahead === 0 ? 'began in the same row as the symptom' : `began ${duration(ahead)} ${ahead > 0 ? 'before' : 'after'} the symptom`;
  return [{ kind: 'onset', onsetMs, symptomOnsetMs, beforeSymptomMs: ahead, text }];
}

/** Evidence for a node: what deviates, when it began, where it stands, how much of the symptom is its own, what explains it. */
export function evidenceOf(weighed: Weighed, signals: Signals, p: DiagnosisParameters): CauseEvidence[] {
  const { signals: own, explainedBy } = weighed;
  const shown = own.deviations.filter(({ deviation, weight }) => weight * deviation.strength >= LEAST_STRENGTH).slice(0, MOST_DEVIATIONS).map(({ deviation }) => deviation);
  const found: CauseEvidence[] = shown.map((deviation) => ({ kind: 'deviation', deviation, text: deviationText(deviation) }));
  if (weighed.own >= LEAST_SHARE && signals.shareOf !== null) {
    const what = signals.shareOf === 'time' ? 'extra time' : 'failures';
    const share: CauseEvidence = { kind: 'own-share', share: weighed.own, of: signals.shareOf, text: `${percent(weighed.own)} of the symptom's ${what} moves with its own, without what its callees have` };
    if (weighed.own * p.ownWeight > weighed.deviating) found.unshift(share);
    else found.push(share);
  }
  found.push(...onsetEvidence(shown, signals.symptom?.onsetMs ?? null));
  if (own.correlation > 0.5) found.push({ kind: 'co-movement', correlation: own.correlation, text: `moves with the symptom (correlation ${own.correlation.toFixed(2)})` });
  if (explainedBy !== null && explainedBy.share >= LEAST_SHARE) {
    found.push({ kind: 'explained-by', ...explainedBy, text: `${percent(explainedBy.share)} of what is noticed here is explained by ${explainedBy.callee}, which it calls` });
  }
  for (const callee of own.newCallees) found.push({ kind: 'new-callee', callee, text: `calls ${callee}, which was hardly called before` });
  if (found.length === 0) found.push({ kind: 'calm', text: 'nothing about it is unusual' });
  if (own.isOffPath) found.push({ kind: 'no-path', text: 'the node with the symptom does not call it, directly or through others' });
  else if (own.path !== null && own.path.length > 1) found.push({ kind: 'path', path: own.path, distance: own.path.length - 1, text: `called from the symptom: ${own.path.join(' → ')}` });
  else if (own.path !== null) found.push({ kind: 'path', path: own.path, distance: 0, text: 'the symptom was noticed here' });
  return found;
}

/** Puts the signals of each node together into one weight, and the weights into confidences. */
import type { Deviation } from './model.ts';
import type { DiagnosisParameters } from './parameters.ts';
import type { NodeSignals, Signals } from './signals.ts';

/** What is noticed from outside and therefore travels from callee to caller. */
const SYMPTOMATIC: ReadonlySet<string> = new Set(['latency', 'availability', 'errors']);

export interface Weighed {
  readonly node: string;
  readonly signals: NodeSignals;
  /** Strength of what deviates at the node, without what a callee explains. */
  readonly deviating: number;
  /** Part of the symptom that is this node's own, as far as the symptom itself is real. */
  readonly own: number;
  /** The callee that explains most of what is noticed at the node, and how much. */
  readonly explainedBy: { readonly callee: string; readonly share: number } | null;
  readonly weight: number;
}

function strongest(signals: NodeSignals, isMine: (deviation: Deviation) => boolean): number {
  return Math.max(0, ...signals.deviations.map(({ deviation, weight }) => (isMine(deviation) ? weight * deviation.strength : 0)));
}

const isSymptomatic = (deviation: Deviation): boolean => SYMPTOMATIC.has(deviation.kind);

/** How real the symptom is, 0 to 1: half of it at the distance of `halfSymptom`. */
function realityOf(symptom: Deviation | null, p: DiagnosisParameters): number {
  if (symptom === null) return 0;
  const times = Math.max(symptom.times, symptom.changeTimes);
  return times / (times + p.halfSymptom);
}

/** Weighs every node of the graph; in the graph's order. */
export function weighNodes({ nodes, symptom }: Signals, p: DiagnosisParameters): Weighed[] {
  const carried = (node: string): number => {
    const signals = nodes.get(node);
    return signals === undefined ? 0 : signals.share * Math.max(0, signals.correlation);
  };
  const reality = realityOf(symptom, p);
  return [...nodes.values()].map((signals) => {
    const explanations = signals.callees.map((callee) => {
      const other = nodes.get(callee);
      return { callee, share: other === undefined ? 0 : strongest(other, isSymptomatic) * Math.max(0, signals.together.get(callee) ?? 0) };
    });
    const explainedBy = explanations.sort((a, b) => b.share - a.share)[0] ?? null;
    const left = 1 - (explainedBy?.share ?? 0);
    // What callees do that nobody measures looks as if it were its own.
    const noticed = strongest(signals, isSymptomatic) * left * (1 - p.unseenWeight * signals.unseen);
    const inside = strongest(signals, (deviation) => !isSymptomatic(deviation));
    const deviating = 1 - (1 - noticed) * (1 - inside);
    const callees = signals.callees.reduce((sum, callee) => sum + carried(callee), 0);
    const own = Math.min(1, Math.max(0, carried(signals.node) - callees)) * left * reality * (1 - signals.unseen);
    const weight = (deviating + p.ownWeight * own) * (signals.isOffPath ? p.offPath : 1);
    return { node: signals.node, signals, deviating, own, explainedBy: explainedBy !== null && explainedBy.share > 0 ? explainedBy : null, weight };
  });
}

/**
 * Confidence of each node, in their order: its part of all weights, where "nothing of this" has a part too; all the lower
 * the less deviates anywhere, for then the parts are parts of noise.
 */
export function confidences(weighed: readonly Weighed[], p: DiagnosisParameters): number[] {
  const whole = weighed.reduce((sum, { weight }) => sum + weight ** 2, p.nothingWeight ** 2);
  const trouble = Math.max(0, ...weighed.map(({ deviating }) => deviating));
  return weighed.map(({ weight }) => (weight ** 2 / whole) * (trouble / (trouble + p.halfTrouble)));
}

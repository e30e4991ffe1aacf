/** A long runbook, and what is seen of it in the editor. */
import { testIds } from '../../../src/testIds.ts';
import { call, type Stage } from './stage.ts';

export const LONG_STEPS = 500;
const ID = 'long-one';

/** Kinds by turns, as procedures have them: something to do, a request, a check, a wait. */
function step(nth: number): string {
  const head = `  - id: step${nth}\n    name: Step ${nth} of many\n`;
  switch (nth % 4) {
    case 0: return `${head}    kind: manual\n    with:\n      instruction: Look at node ${nth} of {{ inputs.service }}. # as ever\n      checklist: [It answers, It is quiet]\n`;
    case 1: return `${head}    kind: http\n    retry: { times: 2, delay: 5s }\n    with:\n      method: POST\n      url: "https://ops.example.com/{{ inputs.service | url }}/${nth}"\n      body: '{"why": "step ${nth}"}'\n`;
    case 2: return `${head}    kind: promql\n    with:\n      url: https://prometheus.example.com\n      expr: sum(rate(http_errors_total{service="{{ inputs.service }}", node="${nth}"}[5m]))\n`;
    default: return `${head}    kind: wait\n    with:\n      for: 30s\n`;
  }
}

/** Writes it as a draft, about 90 KB; gives its address and selectors of what is seen first, and of the whole. */
export async function writeLongRunbook(stage: Stage, app: string): Promise<{ name: string; path: string; first: string; all: string; text: string }> {
  const steps = Array.from({ length: LONG_STEPS }, (_none, nth) => step(nth)).join('');
  const source = `apiVersion: muster/v1\nkind: Runbook\nmetadata:\n  id: ${ID}\n  title: A long one\ninputs:\n  - { name: service, type: string, default: checkout }\nsteps:\n${steps}`;
  await call(stage, 'POST', '/runbooks', { source });
  // the text and the form stand beside one another; the rows of the form say of how many they are
  return { name: `Editor, ${LONG_STEPS} steps`, path: `${app}/runbooks/${ID}/edit`, first: `[data-testid="${testIds.runbooks.source}"]`, all: `[data-testid="${testIds.runbooks.editor}"] [aria-setsize="${LONG_STEPS}"]`, text: '' };
}

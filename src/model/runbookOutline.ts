/** The steps of a runbook's text as a flat list of rows, whatever state the text is in. */
import { FLOW_KINDS, LEAF_KINDS, STEP_KIND_SPECS, type JsonValue, type LeafKind, type StepKind } from '#contract';
import { valueAt, type Path } from './jsonEdit.ts';
import { blankOf, specOfZod } from './schemaFields.ts';

interface Row {
  readonly key: string;
  readonly path: Path;
  readonly depth: number;
  readonly title: string;
}
export type OutlineRow =
  | (Row & { readonly is: 'step'; readonly kind: string; readonly id: string })
  /** A way that a step may take; `stepsPath` is the list in it. */
  | (Row & { readonly is: 'way'; readonly way: 'case' | 'otherwise' | 'lane' | 'each'; readonly stepsPath: Path });

/** `steps[2].with.url`, as findings say it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

/** Text at a place; nothing for what is no text. */
export function textAt(value: unknown, path: Path): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
}

/** The list at a place; empty for what is none. */
export function listAt(value: unknown, path: Path): readonly unknown[] {
  const found: unknown = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** All steps from top to bottom; what lies in a step follows it, set in. */
export function outlineOf(document: unknown): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  addSteps(document, ['steps'], 0, rows);
  return rows;
}

function addSteps(document: unknown, path: Path, depth: number, rows: OutlineRow[]): void {
  listAt(document, path).forEach((_step, index) => {
    const at = [...path, index];
    const kind = textAt(document, [...at, 'kind']);
    const id = textAt(document, [...at, 'id']);
    const name = textAt(document, [...at, 'name']);
    rows.push({ is: 'step', key: pathText(at), path: at, depth, kind, id, title: name === '' ? (id === '' ? 'Step without a name' : id) : name });
    const way = (name: 'case' | 'otherwise' | 'lane' | 'each', title: string, wayPath: Path, stepsPath: Path): void => {
      rows.push({ is: 'way', key: `${pathText(wayPath)}#${name}`, path: wayPath, depth: depth + 1, way: name, title, stepsPath });
      addSteps(document, stepsPath, depth + 2, rows);
    };
    if (kind === 'branch') {
      listAt(document, [...at, 'cases']).forEach((_case, place) => way('case', `If ${textAt(document, [...at, 'cases', place, 'if'])}`, [...at, 'cases', place], [...at, 'cases', place, 'steps']));
      way('otherwise', 'Otherwise', [...at, 'otherwise'], [...at, 'otherwise']);
    }
    if (kind === 'parallel') {
      listAt(document, [...at, 'lanes']).forEach((_lane, place) => way('lane', `Lane ${textAt(document, [...at, 'lanes', place, 'name'])}`, [...at, 'lanes', place], [...at, 'lanes', place, 'steps']));
    }
    if (kind === 'forEach') way('each', `For each ${textAt(document, [...at, 'as']) || 'item'}`, [...at, 'steps'], [...at, 'steps']);
  });
}

export function isLeafKind(kind: string): kind is LeafKind {
  return kind in STEP_KIND_SPECS;
}
export function isStepKind(kind: string): kind is StepKind {
  return isLeafKind(kind) || FLOW_KINDS.some((flow) => flow === kind);
}
export const ALL_KINDS: readonly StepKind[] = [...LEAF_KINDS, ...FLOW_KINDS];

/** A new step of a kind, with a name that is free. */
export function blankStep(kind: StepKind, taken: readonly string[]): { [key: string]: JsonValue } {
  const id = freeName(kind, taken);
  if (isLeafKind(kind)) return { id, kind, with: blankOf(specOfZod(STEP_KIND_SPECS[kind].with)) };
  const inner = blankStep('manual', [...taken, id]);
  switch (kind) {
    case 'branch':
      return { id, kind, cases: [{ if: 'true', steps: [inner] }] };
    case 'parallel':
      return { id, kind, lanes: [{ name: 'first', steps: [inner] }] };
    case 'forEach':
      return { id, kind, items: '[]', steps: [inner] };
  }
}

/** `check`, or `check2` where that is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}${count}`;
    if (!taken.includes(name)) return name;
  }
}

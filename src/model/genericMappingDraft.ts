/** The mapping of a generic source while it is being written: every field is text. */
import { genericMapping, type GenericMapping } from '#contract';

export interface LabelDraft {
  readonly name: string;
  /** A path when it begins with $ or @, else a constant. */
  readonly from: string;
  readonly fallback: string;
}

export interface MappingDraft {
  readonly alerts: string;
  readonly name: string;
  readonly status: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly otherwise: GenericMapping['status']['otherwise'];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly summary: string;
  readonly link: string;
  readonly labels: readonly LabelDraft[];
  readonly identity: readonly string[];
}

export const NEW_MAPPING: MappingDraft = {
  alerts: '$', name: '@.title', status: '@.status', firing: ['firing', 'open'], resolved: ['resolved', 'closed'], otherwise: 'fault',
  startsAt: '', endsAt: '', summary: '', link: '',
  labels: [{ name: 'severity', from: '@.severity', fallback: '' }, { name: 'service', from: '@.service', fallback: '' }],
  identity: ['alertname', 'service'],
};

type Field = NonNullable<GenericMapping['summary']>;

function textOf(field: Field | undefined): string {
  return field?.path ?? field?.const ?? '';
}

function fieldOf(text: string, fallback = ''): Field | undefined {
  const from = text.trim();
  if (from === '') {
    return undefined;
  }
  const taken = /^[$@]/.test(from) ? { path: from } : { const: from };
  return fallback === '' ? taken : { ...taken, default: fallback };
}

export function toDraft(mapping: GenericMapping): MappingDraft {
  return {
    alerts: mapping.alerts, name: textOf(mapping.name), status: mapping.status.path ?? '', firing: mapping.status.firing,
    resolved: mapping.status.resolved, otherwise: mapping.status.otherwise, startsAt: mapping.startsAt ?? '', endsAt: mapping.endsAt ?? '',
    summary: textOf(mapping.summary), link: textOf(mapping.link), identity: mapping.identity,
    labels: Object.entries(mapping.labels).map(([name, field]) => ({ name, from: textOf(field), fallback: field.default ?? '' })),
  };
}

export type CheckedDraft =
  | { readonly ok: true; readonly mapping: GenericMapping }
  | { readonly ok: false; readonly faults: ReadonlyArray<{ readonly field: string; readonly message: string }> };

/** The mapping that a draft means, over one that stands (parts without a field in the form are kept). */
export function checkDraft(draft: MappingDraft, stored: GenericMapping | null): CheckedDraft {
  const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
  const checked = genericMapping.safeParse({
    ...(stored?.description === undefined ? {} : { description: stored.description }),
    alerts: draft.alerts,
    name: fieldOf(draft.name) ?? { path: '' },
    status: { ...(draft.status.trim() === '' ? {} : { path: draft.status.trim() }), firing: draft.firing, resolved: draft.resolved, otherwise: draft.otherwise },
    ...optional('startsAt', draft.startsAt.trim() === '' ? undefined : draft.startsAt.trim()),
    ...optional('endsAt', draft.endsAt.trim() === '' ? undefined : draft.endsAt.trim()),
    ...optional('summary', fieldOf(draft.summary)),
    ...optional('link', fieldOf(draft.link)),
    labels: Object.fromEntries(
      draft.labels.filter(({ name }) => name.trim() !== '').map(({ name, from, fallback }) => [name.trim(), fieldOf(from, fallback) ?? { path: '' }])
    ),
    identity: draft.identity,
  });
  return checked.success
    ? { ok: true, mapping: checked.data }
    : { ok: false, faults: checked.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) };
}

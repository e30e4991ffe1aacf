/** The mapping of a generic source while it is being written: every field is text. */
import { genericMapping, type GenericMapping } from '#contract';

export interface FieldDraft {
  /** A path when it begins with $ or @, else a constant; after = a constant whatever it begins with. */
  readonly from: string;
  readonly fallback: string;
}

export interface LabelDraft extends FieldDraft {
  readonly name: string;
}

export interface MappingDraft {
  readonly alerts: string;
  readonly name: FieldDraft;
  readonly status: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly otherwise: GenericMapping['status']['otherwise'];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly summary: FieldDraft;
  readonly description: FieldDraft;
  readonly link: FieldDraft;
  readonly labels: readonly LabelDraft[];
  readonly identity: readonly string[];
}

const EMPTY: FieldDraft = { from: '', fallback: '' };

export const NEW_MAPPING: MappingDraft = {
  alerts: '$', name: { from: '@.title', fallback: '' }, status: '@.status', firing: ['firing', 'open'], resolved: ['resolved', 'closed'], otherwise: 'fault',
  startsAt: '', endsAt: '', summary: EMPTY, description: EMPTY, link: EMPTY,
  labels: [{ name: 'severity', from: '@.severity', fallback: '' }, { name: 'service', from: '@.service', fallback: '' }],
  identity: ['alertname', 'service'],
};

type Field = NonNullable<GenericMapping['summary']>;

function draftOf(field: Field | undefined): FieldDraft {
  const constant = field?.const ?? '';
  return { from: field?.path ?? (/^[$@=]/.test(constant) ? `=${constant}` : constant), fallback: field?.default ?? '' };
}

function fieldOf({ from: text, fallback }: FieldDraft): Field | undefined {
  const from = text.trim();
  if (from === '') {
    return undefined;
  }
  const taken = /^[$@]/.test(from) ? { path: from } : { const: from.replace(/^=/, '') };
  return fallback === '' ? taken : { ...taken, default: fallback };
}

export function toDraft(mapping: GenericMapping): MappingDraft {
  return {
    alerts: mapping.alerts, name: draftOf(mapping.name), status: mapping.status.path ?? '', firing: mapping.status.firing,
    resolved: mapping.status.resolved, otherwise: mapping.status.otherwise, startsAt: mapping.startsAt ?? '', endsAt: mapping.endsAt ?? '',
    summary: draftOf(mapping.summary), description: draftOf(mapping.description), link: draftOf(mapping.link), identity: mapping.identity,
    labels: Object.entries(mapping.labels).map(([name, field]) => ({ name, ...draftOf(field) })),
  };
}

export type CheckedDraft =
  | { readonly ok: true; readonly mapping: GenericMapping }
  | { readonly ok: false; readonly faults: ReadonlyArray<{ readonly field: string; readonly message: string }> };

/** The mapping that a draft means. */
export function checkDraft(draft: MappingDraft): CheckedDraft {
  const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
  const checked = genericMapping.safeParse({
    alerts: draft.alerts,
    name: fieldOf(draft.name) ?? { path: '' },
    status: { ...(draft.status.trim() === '' ? {} : { path: draft.status.trim() }), firing: draft.firing, resolved: draft.resolved, otherwise: draft.otherwise },
    ...optional('startsAt', draft.startsAt.trim() === '' ? undefined : draft.startsAt.trim()),
    ...optional('endsAt', draft.endsAt.trim() === '' ? undefined : draft.endsAt.trim()),
    ...optional('summary', fieldOf(draft.summary)),
    ...optional('description', fieldOf(draft.description)),
    ...optional('link', fieldOf(draft.link)),
    labels: Object.fromEntries(
      draft.labels.filter(({ name }) => name.trim() !== '').map(({ name, from, fallback }) => [name.trim(), fieldOf({ from, fallback }) ?? { path: '' }])
    ),
    identity: draft.identity,
  });
  return checked.success
    ? { ok: true, mapping: checked.data }
    : { ok: false, faults: checked.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) };
}

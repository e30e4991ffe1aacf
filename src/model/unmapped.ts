/** What did not map, drawn together for reading: severities, then rules with all that their alerts do not name. */
import { UNMAPPED_KINDS, type UnmappedKind, type UnmappedValue } from '#contract';

export type UnmappedField = Exclude<UnmappedKind, 'severity'>;

/** A rule whose alerts do not name something. */
export interface NamelessRule {
  readonly rule: string;
  readonly fields: readonly UnmappedField[];
  readonly count: number;
  readonly lastSeenAt: string;
}

const FIELDS = UNMAPPED_KINDS.filter((kind) => kind !== 'severity');

export function severitiesOf(values: readonly UnmappedValue[]): UnmappedValue[] {
  return values.filter(({ kind }) => kind === 'severity');
}

/** One entry for each rule, those without a service first: it matters most. Else in the order in which they came. */
export function namelessRules(values: readonly UnmappedValue[]): NamelessRule[] {
  const rules = new Map<string, NamelessRule>();
  for (const field of FIELDS) {
    for (const { kind, value, count, lastSeenAt } of values) {
      if (kind !== field) {
        continue;
      }
      const known = rules.get(value);
      rules.set(value, {
        rule: value,
        fields: [...(known?.fields ?? []), field],
        count: Math.max(count, known?.count ?? 0),
        lastSeenAt: known === undefined || lastSeenAt > known.lastSeenAt ? lastSeenAt : known.lastSeenAt,
      });
    }
  }
  return [...rules.values()];
}

/** "names no service, team or cluster". */
export function namesNo(fields: readonly UnmappedField[]): string {
  const [last, ...before] = fields.toReversed();
  return before.length === 0 ? `names no ${last}` : `names no ${before.toReversed().join(', ')} or ${last}`;
}

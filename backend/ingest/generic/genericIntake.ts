/**
 * The intake for sources of kind `generic`: maps first, then goes the common way. What the mapping
 * cannot read is kept as it came, so that it can be replayed once the mapping is right.
 */
import type { MappingFault, OrgId, SourceId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { saveDeadLetter } from '../../sources/index.ts';
import type { Intake, IntakeResult, PayloadOrigin } from '../intake.ts';
import { faultSentence } from './mapPayload.ts';
import { translateGeneric } from './translate.ts';

const NO_MAPPING: MappingFault = {
  alert: null, field: 'rules.mapping', path: null,
  message: 'is not set: the source has no mapping yet; set one under Settings, Sources, then replay the payload',
};
const NOTHING = { alerts: [] };

/** All faults of a payload in a line or two. */
function summaryOf(faults: readonly MappingFault[]): string {
  const [first, second] = faults;
  if (first === undefined) return '';
  const more = faults.length > 2 ? `, and ${faults.length - 2} more` : '';
  return `${faultSentence(first)}${second === undefined ? '' : `; ${faultSentence(second)}`}${more}`;
}

/** Puts the mapping before an intake. Deliveries of other kinds pass untouched. */
export function createGenericIntake({ db, clock, intake }: { readonly db: Database; readonly clock: Clock; readonly intake: Intake }): Intake {
  async function translate(orgId: OrgId, source: SourceId, origin: PayloadOrigin, body: unknown, receivedAt: Date) {
    const mapping = origin.rules?.mapping ?? null;
    return mapping === null ? { body: NOTHING, faults: [NO_MAPPING], isEmpty: true }
      : translateGeneric(db, orgId, source, mapping, body, receivedAt);
  }

  async function acceptGeneric(origin: PayloadOrigin, body: unknown, raw: Uint8Array, contentType: string | null): Promise<IntakeResult> {
    const receivedAt = clock.now();
    const { body: common, faults, isEmpty } = await translate(origin.orgId, origin.sourceId, origin, body, receivedAt);
    // Also when nothing could be read: the source was heard.
    const result = await intake.accept(origin, common, raw, contentType);
    const [first] = faults;
    if (first === undefined) return result;
    const error = summaryOf(faults);
    const field = first.path ?? first.field;
    const deadLetter = await saveDeadLetter(db, origin.orgId, { sourceId: origin.sourceId, receivedAt, error, field, contentType, payload: raw });
    return { ...result, kept: result.kept + 1, refusal: isEmpty ? { field, message: error, deadLetter } : null };
  }

  return {
    ...intake,
    // A test alert of Muster's own is in the common form already.
    accept: (origin, body, raw, contentType) => (origin.kind === 'generic' && origin.purpose !== 'test'
      ? acceptGeneric(origin, body, raw, contentType)
      : intake.accept(origin, body, raw, contentType)),
    async replay(origin, body) {
      if (origin.kind !== 'generic') return intake.replay(origin, body);
      const { body: common, faults } = await translate(origin.orgId, origin.sourceId, origin, body, origin.receivedAt ?? clock.now());
      const [first] = faults;
      if (first !== undefined) return { changed: 0, repeated: 0, error: summaryOf(faults), field: first.path ?? first.field };
      return intake.replay(origin, common);
    },
  };
}

/** What schedules need from modules beside and above them; `app.ts` plugs it in. */
import type { Actor, EventType, OrgId, Role, UserKey, UserRef } from '#contract';
import type { Transaction } from '../../platform/db/database.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import type { Caller } from '../../platform/http/route.ts';

/** Appends an event; takes the log lock, so it is the last statement of its transaction. */
export type EventSink = (tx: Transaction, orgId: OrgId, event: {
  readonly type: EventType; readonly incident: null; readonly actor: Actor; readonly data: Readonly<Record<string, unknown>>;
}) => Promise<void>;

/** A person as imports look for them. */
export interface KnownPerson extends UserRef {
  readonly email: string;
}

/** An incident that is going on. */
export interface OpenIncident {
  readonly number: number;
  readonly title: string;
  readonly severity: string;
  readonly state: string;
}

/** Something that people are told, each over the ways they chose. */
export interface PersonalNotice {
  /** What is told again under the same key is not told twice. */
  readonly dedupKey: string;
  readonly to: readonly UserKey[];
  /** Of the schedule. */
  readonly team: string | null;
  readonly isSoon: boolean;
  readonly subject: string;
  readonly text: string;
}

export interface SchedulePorts {
  readonly recordEvent: EventSink;
  readonly users: {
    /** People of the organisation, by key. */
    find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>>;
    /** Those who are called so: by login or address, in small letters. */
    called(orgId: OrgId, names: readonly string[]): Promise<readonly KnownPerson[]>;
  };
  /** True for a role that may put others on call. */
  mayManage(role: Role): boolean;
  /** Incidents that go on, as far as the caller sees them; the gravest first. */
  openIncidents(caller: Caller): Promise<readonly OpenIncident[]>;
  /** Tells people something, in the transaction of what it tells of. */
  tellPeople(tx: Transaction, orgId: OrgId, notice: PersonalNotice): Promise<void>;
  readonly callOut: OutboundClient['call'];
}

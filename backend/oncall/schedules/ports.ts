/** What schedules need from modules beside and above them; `app.ts` plugs it in. */
import type { Actor, EventType, ImportFate, OrgId, PolicyBody, PolicyId, Role, TeamId, UserKey, UserRef } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import type { Caller } from '../../platform/http/route.ts';

export interface OwnEvent {
  readonly type: EventType;
  readonly incident: null;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Appends an event; takes the log lock, so it is the last statement of its transaction. */
export type EventSink = (tx: Transaction, orgId: OrgId, event: OwnEvent) => Promise<void>;

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

/** A policy that a chain was read as. */
export interface TakenPolicy {
  readonly id: PolicyId;
  readonly body: PolicyBody;
}

/** Escalation policies, which stand above. */
export interface PolicyPort {
  /** True for a role that may make and change policies, and the teams that they call. */
  mayMake(role: Role): boolean;
  /** What would become of each; changes nothing. */
  fates(q: Queryable, orgId: OrgId, wanted: readonly TakenPolicy[]): Promise<readonly ImportFate[]>;
  /** Makes those that are new and changes those that differ; gives what is to be recorded last. */
  take(tx: Transaction, orgId: OrgId, by: Actor, wanted: readonly TakenPolicy[], at: Date): Promise<readonly OwnEvent[]>;
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
  readonly policies: PolicyPort;
  /** A team by its id, its name or another name of it; null: there is none. */
  teamNamed(q: Queryable, orgId: OrgId, name: string): Promise<{ readonly id: TeamId } | null>;
  /** Incidents that go on, as far as the caller sees them; the gravest first. */
  openIncidents(caller: Caller): Promise<readonly OpenIncident[]>;
  /** Tells people something, in the transaction of what it tells of. */
  tellPeople(tx: Transaction, orgId: OrgId, notice: PersonalNotice): Promise<void>;
  readonly callOut: OutboundClient['call'];
}

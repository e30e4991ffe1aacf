/** What step kinds with effects need from others; `app.ts` plugs it in. */
import type { OrgId } from '#contract';
import type { IncidentChanges } from '../../../incidents/index.ts';
import type { SilenceChanges } from '../../../noise/index.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { GrafanaApi } from '../../../sources/index.ts';
import type { ProgramUpdates } from '../../comms/index.ts';
import type { Scope } from './kind.ts';

/** Calls out through the guard. Throws `OutboundError`. */
export type CallOut = OutboundClient['call'];

/** Where messages, pages and tickets go; null: nowhere yet. */
export interface StepAddresses {
  readonly notifyUrl: string | null;
  readonly pageUrl: string | null;
  readonly ticketUrl: string | null;
}

/** What a step tells over a channel. */
export interface ChannelMessage {
  readonly key: string;
  readonly channel: string;
  readonly kind: 'notify' | 'page';
  readonly critical: boolean;
  readonly incident: number | null;
  readonly subject: string;
  readonly text: string;
}

export interface EffectPorts {
  /** Of steps alone: with the allow-list of the installation, and without what Muster itself may call besides. */
  readonly callOut: CallOut;
  readonly grafana: GrafanaApi;
  readonly incidents: IncidentChanges;
  readonly silences: SilenceChanges;
  readonly updates: ProgramUpdates;
  addressesOf(orgId: OrgId): Promise<StepAddresses>;
  /** Sends over a channel of the organisation, once for a key; false: there is no such channel. */
  tellChannel?(orgId: OrgId, message: ChannelMessage): Promise<boolean>;
  /** The key that calls to those addresses are signed with; null: they are not signed. */
  signingKeyOf(orgId: OrgId): Promise<string | null>;
  /** Whether a condition holds. Throws when it cannot be told. */
  holds(condition: string, scope: Scope): boolean;
}

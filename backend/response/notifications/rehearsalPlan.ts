/** What a rehearsal tries: every way of every chain, and every address of people. Pure. */
import type { ChannelChain, ChannelId, UserKey } from '#contract';
import type { RehearsalPerson } from './ports.ts';

const DAY_MS = 86_400_000;
/** What has not arrived by then has failed. */
const CHAIN_LIMIT_MS = 90_000;
/** Gateways call one after another: each way of a person makes it longer, up to a limit. */
const WAY_MS = 1_500;
const MOST_MS = 15 * 60_000;

export interface PlannedWay {
  /** Null: an address of a person. */
  readonly chain: string | null;
  /** Null: there is no way to that person. */
  readonly channel: ChannelId | null;
  readonly address: string | null;
  readonly person: { readonly key: UserKey; readonly login: string; readonly name: string } | null;
  /** Which of the person's addresses, from 1. */
  readonly place: number | null;
  /** Null: it is tried. */
  readonly not: { readonly state: 'failed' | 'skipped'; readonly detail: string } | null;
}

/** `+491701234567` as `+4…67`, `ann@example.com` as `a…@example.com`: enough for its owner. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address.slice(0, 1)}…${address.slice(at)}`;
  return address.length <= 6 ? '…' : `${address.slice(0, 2)}…${address.slice(-2)}`;
}

/** Every way of every chain. */
export function chainWays(chains: readonly ChannelChain[]): PlannedWay[] {
  return chains.flatMap(({ name, channels }) => channels.map((channel): PlannedWay => ({ chain: name, channel, address: null, person: null, place: null, not: null })));
}

/** Every address of every person. `isOwn`: they ask it of themselves, so that quiet hours do not count. */
export function personWays(people: readonly RehearsalPerson[], isOwn: boolean): PlannedWay[] {
  return people.flatMap(({ person, isQuiet, ways }): PlannedWay[] => {
    if (ways.length === 0) return [{ chain: null, channel: null, address: null, person, place: null, not: { state: 'failed', detail: 'there is no proven address, and none that Grafana knows: only the chains lead to this person' } }];
    return ways.map(({ channel, address, isProven }, index): PlannedWay => {
      const not = !isProven ? { state: 'skipped' as const, detail: 'it is not proven yet, and not used' } : isQuiet && !isOwn ? { state: 'skipped' as const, detail: 'it is quiet time there' } : null;
      return { chain: null, channel, address, person, place: index + 1, not };
    });
  });
}

/** How long it is waited for what was sent. */
export function limitOf(ways: readonly { readonly person: unknown }[]): number {
  return Math.min(MOST_MS, CHAIN_LIMIT_MS + WAY_MS * ways.filter(({ person }) => person !== null).length);
}

/** The last moment before or at `nowMs` at which the schedule asks for one. Weekly ones are on Mondays. UTC. */
export function lastDue(rehearse: 'daily' | 'weekly', hour: number, nowMs: number): number {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + hour * 3_600_000;
  const daily = today <= nowMs ? today : today - DAY_MS;
  if (rehearse === 'daily') return daily;
  const sinceMonday = (new Date(daily).getUTCDay() + 6) % 7;
  return daily - sinceMonday * DAY_MS;
}

/** Which channels stand in for which. Pure. */
import type { ChannelChain, MessageClass, Urgency } from '#contract';
import type { Hop } from './nextHop.ts';

export interface ChainQuestion {
  readonly team: string | null;
  readonly messageClass: MessageClass;
  readonly urgency: Urgency;
}

function fits(chain: ChannelChain, asked: ChainQuestion): boolean {
  return (chain.team === null || chain.team === asked.team) && (chain.messageClass === null || chain.messageClass === asked.messageClass) && (chain.urgency === null || chain.urgency === asked.urgency);
}

/** A team says more than a class, a class more than an urgency. */
function weightOf(chain: ChannelChain): number {
  return (chain.team === null ? 0 : 4) + (chain.messageClass === null ? 0 : 2) + (chain.urgency === null ? 0 : 1);
}

/** The chain that says most of what fits, the first of equals; null: none fits. */
export function chainFor(chains: readonly ChannelChain[], asked: ChainQuestion): ChannelChain | null {
  let best: ChannelChain | null = null;
  for (const chain of chains) {
    if (fits(chain, asked) && (best === null || weightOf(chain) > weightOf(best))) best = chain;
  }
  return best;
}

/** First the recipient's own ways, then those of the chain that are targets by themselves; each once. */
export function hopsOf(own: readonly Hop[], fallbacks: readonly string[]): Hop[] {
  const hops: Hop[] = [];
  for (const hop of [...own, ...fallbacks.map((channel) => ({ channel, address: null, waitSeconds: 0 }))]) {
    if (!hops.some((known) => known.channel === hop.channel && known.address === hop.address)) hops.push(hop);
  }
  return hops;
}

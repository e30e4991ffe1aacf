/** Which hosts and addresses may be called. Pure. */
import ipaddr from 'ipaddr.js';

/** Answers privileged questions of an Azure machine, although its range is public. */
const PUBLIC_BUT_INTERNAL = new Set(['168.63.129.16']);
/** All of IPv6 that is given out for the public internet. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** True for every address that is not a public unicast one, however it is written. */
export function isPrivateAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return true;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || PUBLIC_BUT_INTERNAL.has(address.toString())) return true;
  // Without this the old `::127.0.0.1` form counts as unicast.
  return address.kind() === 'ipv6' && !address.match(GLOBAL_UNICAST);
}

/** True when the host fits a pattern: exact, `*.example.com` (any depth below), or `*`. */
export function matchesHost(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase().replace(/^\[|\]$/g, '');
  const given = host.toLowerCase().replace(/\.$/, '');
  if (wanted === '*') return true;
  if (wanted.startsWith('*.')) return given.endsWith(wanted.slice(1)) && given.length > wanted.length - 1;
  return wanted === given;
}

function inRange(range: string, address: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(range);
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match([base, bits]);
}

/** True when one of the rules (host pattern, address, range) allows this private address. */
export function matchesPrivate(rules: readonly string[], host: string, address: string): boolean {
  return rules.some((rule) => {
    if (ipaddr.isValidCIDR(rule)) return ipaddr.isValid(address) && inRange(rule, address);
    if (ipaddr.isValid(rule)) return ipaddr.isValid(address) && ipaddr.process(rule).toString() === ipaddr.process(address).toString();
    return matchesHost(rule, host);
  });
}

/** True when a connection to this address of the host may be made: it is public, or allowed although private. */
export function mayConnect(allowPrivate: readonly string[], host: string, address: string): boolean {
  return !isPrivateAddress(address) || matchesPrivate(allowPrivate, host, address);
}

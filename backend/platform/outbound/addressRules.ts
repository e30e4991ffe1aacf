/** Which hosts and addresses may be called. Pure. */
import ipaddr from 'ipaddr.js';

/** True for every address that is not a public unicast one, however it is written. */
export function isPrivateAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return true;
  const address = ipaddr.process(text);
  return address.range() !== 'unicast';
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

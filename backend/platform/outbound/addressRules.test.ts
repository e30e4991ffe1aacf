import fc from 'fast-check';
import { isPrivateAddress, matchesHost, matchesPrivate } from './addressRules.ts';

/** First address and prefix length of ranges that no call may reach. */
const CLOSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
];

const toNumber = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toV4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
const closedV4 = fc.constantFrom(...CLOSED_V4).chain(([base, bits]) => fc.nat(2 ** (32 - bits) - 1).map((offset) => toNumber(base) + offset));

/** Spellings of one IPv4 address that a URL may have. */
function urlSpellings(value: number): string[] {
  const parts = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  const hex = value.toString(16).padStart(8, '0');
  return [
    toV4(value), String(value), `0x${hex}`, `0${value.toString(8)}`,
    parts.map((part) => `0x${part.toString(16)}`).join('.'), parts.map((part) => `0${part.toString(8)}`).join('.'),
    `${parts[0]}.${value % 2 ** 24}`, `${parts[0]}.${parts[1]}.${value % 2 ** 16}`, `${toV4(value)}.`,
    [...toV4(value)].map((character) => (/\d/.test(character) ? String.fromCodePoint(0xff10 + Number(character)) : '。')).join(''),
    `[::ffff:${toV4(value)}]`, `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`, `[0:0:0:0:0:FFFF:${hex.slice(0, 4)}:${hex.slice(4)}]`,
    `[::${toV4(value)}]`, `[64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}]`, `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::1]`,
  ];
}

test('property: an address of a closed range is private however it is spelt in a URL', () => {
  fc.assert(fc.property(closedV4.chain((value) => fc.constantFrom(...urlSpellings(value))), (host) => {
    const url = URL.parse(`http://${host}/`);
    if (url === null) return;
    expect([host, isPrivateAddress(url.hostname.replace(/^\[|\]$/g, ''))]).toEqual([host, true]);
  }), { numRuns: 3000 });
});

test('property: an IPv6 address outside the global unicast range is private', () => {
  fc.assert(fc.property(fc.ipV6().filter((address) => !/^[23]...:|\./i.test(address)), (address) => {
    expect([address, isPrivateAddress(address)]).toEqual([address, true]);
  }), { numRuns: 1000 });
});

test.each([
  '::', '::1', '::127.0.0.1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '64:ff9b::a00:1', '100::1', '5f00::1',
  '169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16', '255.255.255.255', '0.0.0.0', 'not an address', '',
])('takes %s as private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8'])('takes %s as public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test.each([
  { pattern: 'hooks.slack.com', host: 'hooks.slack.com', fits: true },
  { pattern: 'Hooks.Slack.com', host: 'HOOKS.slack.com', fits: true },
  { pattern: 'hooks.slack.com', host: 'hooks.slack.com.', fits: true },
  { pattern: 'hooks.slack.com', host: 'hooks.slack.com.evil.example', fits: false },
  { pattern: 'hooks.slack.com', host: 'evilhooks.slack.com', fits: false },
  { pattern: '*.slack.com', host: 'hooks.slack.com', fits: true },
  { pattern: '*.slack.com', host: 'a.b.slack.com', fits: true },
  { pattern: '*.slack.com', host: 'slack.com', fits: false },
  { pattern: '*.slack.com', host: '.slack.com', fits: false },
  { pattern: '*.slack.com', host: 'evilslack.com', fits: false },
  { pattern: '*', host: 'anything.example', fits: true },
  { pattern: '[::1]', host: '::1', fits: true },
])('pattern $pattern and host $host: $fits', ({ pattern, host, fits }) => {
  expect(matchesHost(pattern, host)).toBe(fits);
});

test.each([
  { rules: ['10.20.0.0/16'], host: 'jira.internal', address: '10.20.30.40', allowed: true },
  { rules: ['10.20.0.0/16'], host: 'jira.internal', address: '10.21.0.1', allowed: false },
  { rules: ['10.20.0.0/16'], host: 'x', address: '::ffff:10.20.0.1', allowed: true },
  { rules: ['fd00::/8'], host: 'x', address: 'fd12::1', allowed: true },
  { rules: ['fd00::/8'], host: 'x', address: '10.0.0.1', allowed: false },
  { rules: ['0:0:0:0:0:0:0:1'], host: 'x', address: '::1', allowed: true },
  { rules: ['127.0.0.1'], host: 'x', address: '127.0.0.2', allowed: false },
  { rules: ['jira.internal'], host: 'jira.internal', address: '10.0.0.1', allowed: true },
  { rules: ['jira.internal'], host: 'other.internal', address: '10.0.0.1', allowed: false },
  { rules: [], host: 'x', address: '127.0.0.1', allowed: false },
])('rules $rules allow $address of $host: $allowed', ({ rules, host, address, allowed }) => {
  expect(matchesPrivate(rules, host, address)).toBe(allowed);
});

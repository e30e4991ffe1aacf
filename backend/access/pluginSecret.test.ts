import { orgId } from '#contract';
import { createPluginSecrets } from './pluginSecret.ts';

const ORG_1 = orgId.parse(1);
const ORG_2 = orgId.parse(2);
const FIRST = 'plugin-secret-of-org-1-first';
const SECOND = 'plugin-secret-of-org-1-second';
const OTHER = 'plugin-secret-of-org-2-first';

test('cap 131: a secret says which organisation is calling, also while a second one is live', () => {
  const secrets = createPluginSecrets([
    { orgId: ORG_1, token: FIRST },
    { orgId: ORG_1, token: SECOND },
    { orgId: ORG_2, token: OTHER },
  ]);

  expect(secrets.orgOf(FIRST)).toBe(1);
  expect(secrets.orgOf(SECOND)).toBe(1);
  expect(secrets.orgOf(OTHER)).toBe(2);
});

test.each(['', 'plugin-secret-of-org-1-firs', 'plugin-secret-of-org-1-firstx', 'PLUGIN-SECRET-OF-ORG-1-FIRST'])(
  'cap 131: "%s" is nobody\'s secret',
  (secret) => {
    expect(createPluginSecrets([{ orgId: ORG_1, token: FIRST }]).orgOf(secret)).toBeNull();
  },
);

test('without any configured secret nobody gets in', () => {
  expect(createPluginSecrets([]).orgOf('')).toBeNull();
});

test.each([
  { name: 'a short secret', tokens: [{ orgId: ORG_1, token: 'short' }], says: /at least 16/ },
  { name: 'a secret that looks like an API token', tokens: [{ orgId: ORG_1, token: 'mst_plugin-secret-of-org' }], says: /must not begin with "mst_"/ },
  { name: 'one secret for two organisations', tokens: [{ orgId: ORG_1, token: FIRST }, { orgId: ORG_2, token: FIRST }], says: /is given for organisation 1 already/ },
  { name: 'one secret twice', tokens: [{ orgId: ORG_1, token: FIRST }, { orgId: ORG_1, token: FIRST }], says: /is given twice/ },
  { name: 'three secrets for one organisation', tokens: [FIRST, SECOND, OTHER].map((token) => ({ orgId: ORG_1, token })), says: /more than 2/ },
])('$name is refused at start, without being shown', ({ tokens, says }) => {
  expect(() => createPluginSecrets(tokens)).toThrow(says);
  expect(() => createPluginSecrets(tokens)).not.toThrow(FIRST);
});

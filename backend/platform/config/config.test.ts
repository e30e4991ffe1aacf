import fc from 'fast-check';
import { inspect } from 'node:util';
import { describeConfig, loadConfig, type Config } from './config.ts';
import { ConfigError } from './faults.ts';
import { CONFIG_KEYS } from './keys.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const TOKEN = 'a-plugin-token-of-some-length';

function load(env: Record<string, string>, files: Record<string, string> = {}): Config {
  return loadConfig(env, {
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

/** Loads from a YAML text and further environment. */
function loadYaml(yaml: string, env: Record<string, string> = {}, files: Record<string, string> = {}): Config {
  return load({ MUSTER_CONFIG: 'muster.yaml', ...env }, { 'muster.yaml': yaml, ...files });
}

function faultsOf(run: () => Config): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('needs nothing at all: every key has a default', () => {
  expect(JSON.parse(JSON.stringify(load({})))).toEqual({
    http: { host: '127.0.0.1', port: 8080, publicUrl: 'http://127.0.0.1:8080', trustProxy: false },
    database: { url: null, dataDir: '.muster', poolSize: 10 },
    roles: ['api', 'correlator', 'worker'],
    statusPage: { port: null, host: '127.0.0.1', publicUrl: null, exportDir: null },
    log: { level: 'info' },
    grafana: { url: 'http://localhost:3000', rootUrl: 'http://localhost:3000/', orgs: [], anonymous: 'deny' },
    secrets: { keys: [] },
    outbound: { allow: [], allowPrivate: [] },
    ingest: { maxBodyBytes: 5242880, maxQueuedAlerts: 20000, repeatFlushMs: 5000, maxBatch: 1000 },
    retention: { alertLogDays: 30, deadLetterDays: 30, alertDays: 90 },
    correlation: { gapMinutes: 45, stabilityMinutes: 10, minAlerts: 3, graveSeverity: 'sev2', declare: { atOnce: 'sev1', severity: 'sev2', alerts: 5 } },
    provisioning: { dir: null },
  });
});

test('provisions from the folder that it is told of, and from no other', () => {
  expect(loadConfig({}).provisioning.dir).toBeNull();
  expect(loadConfig({ MUSTER_PROVISIONING: '/etc/muster' }).provisioning.dir).toBe('/etc/muster');
});

test('lets the environment win over the file', () => {
  const config = loadYaml('http: { port: 9000, host: 0.0.0.0 }\nroles: [api]\n', { MUSTER_PORT: '9001', MUSTER_ROLES: 'worker, correlator' });
  expect(config.http).toMatchObject({ port: 9001, host: '0.0.0.0', publicUrl: 'http://localhost:9001' });
  expect(config.roles).toEqual(['worker', 'correlator']);
});

test('puts the slashes of addresses right', () => {
  const config = load({ MUSTER_GRAFANA_URL: 'http://grafana:3000/', MUSTER_GRAFANA_ROOT_URL: 'https://example.com/grafana', MUSTER_PUBLIC_URL: 'https://muster.example.com/' });
  expect(config.grafana.url).toBe('http://grafana:3000');
  expect(config.grafana.rootUrl).toBe('https://example.com/grafana/');
  expect(config.http.publicUrl).toBe('https://muster.example.com');
});

test('reads plugin tokens of several organisations, from the file, from files, and for organisation 1 from the environment', () => {
  const config = loadYaml(
    `grafana: { orgs: [{ id: 1, pluginToken: replaced-by-environment-xx }, { id: 2, pluginTokenFile: /run/two }] }`,
    { MUSTER_PLUGIN_TOKEN: TOKEN },
    { '/run/two': 'the-token-of-organisation-two\n' },
  );
  const tokens = config.grafana.orgs.map((org) => [org.id, org.pluginToken.reveal()]);
  expect(tokens).toEqual([[2, 'the-token-of-organisation-two'], [1, TOKEN]]);
});

test('takes two plugin tokens of an organisation while one is exchanged, from the file, from files and from the environment', () => {
  const config = loadYaml(
    'grafana: { orgs: [{ id: 2, pluginTokenFile: /run/new, previousPluginTokenFile: /run/old }] }',
    { MUSTER_PLUGIN_TOKEN: TOKEN, MUSTER_PREVIOUS_PLUGIN_TOKEN: `${TOKEN}-before` },
    { '/run/new': 'the-new-token-of-organisation-two\n', '/run/old': 'the-old-token-of-organisation-two\n' },
  );
  expect(config.grafana.orgs.map((org) => [org.id, org.pluginToken.reveal(), org.previousPluginToken?.reveal()])).toEqual([
    [2, 'the-new-token-of-organisation-two', 'the-old-token-of-organisation-two'], [1, TOKEN, `${TOKEN}-before`],
  ]);
  expect(JSON.stringify(describeConfig(config))).not.toMatch(/-token-of-|before/);
});

test('reads keys from a file of lines and from YAML, newest first', () => {
  const fromFile = load({ MUSTER_SECRET_KEYS_FILE: '/keys' }, { '/keys': `new:${KEY}\nold:${KEY}\n` });
  expect(fromFile.secrets.keys.map((item) => item.id)).toEqual(['new', 'old']);
  const fromYaml = loadYaml('secrets: { keys: [{ id: only, keyFile: /key }] }', {}, { '/key': KEY });
  expect(fromYaml.secrets.keys.map((item) => [item.id, item.key.reveal()])).toEqual([['only', KEY]]);
});

test('tells all faults at once, each by the name the user wrote, with what came and an example', () => {
  const message = faultsOf(() => loadYaml(
    'http:\n  prot: 80\n  host: 7\nlog: { level: loud }\nroles: [api, cook]\ncolour: red\ngrafana: { orgs: [{ id: 1, pluginToken: short }] }\n',
    { MUSTER_PORT: '99999', MUSTER_INGEST_MAX_BATCH: 'many' },
  ));
  expect(message).toBe([
    'the configuration has 8 faults:',
    '  MUSTER_PORT: must be a whole number from 0 to 65535, but is 99999 (example: 8080)',
    '  http.host in muster.yaml: must be an address to listen on, but is 7 (example: 0.0.0.0)',
    '  http.prot in muster.yaml: is not known; did you mean "port"?',
    '  roles[1] in muster.yaml: must be a list of api, correlator, worker, but is "cook" (example: api,worker)',
    '  log.level in muster.yaml: must be one of trace, debug, info, warn, error, silent, but is "loud" (example: info)',
    '  grafana.orgs[0].pluginToken in muster.yaml: must be a random text of at least 24 characters, the same as in the plugin settings, but the given value, not shown here, is not (example: the output of `openssl rand -base64 32`)',
    '  MUSTER_INGEST_MAX_BATCH: must be a whole number from 1 to 10000, but is "many" (example: 1000)',
    '  colour in muster.yaml: is not known; known here: http, database, roles, log, grafana, secrets, outbound, ingest, retention, correlation, statusPage, provisioning',
  ].sort((a, b) => message.indexOf(a) - message.indexOf(b)).join('\n'));
});

test.each([
  { name: 'a variable and its file', run: () => load({ DATABASE_URL: 'postgres://x/y', DATABASE_URL_FILE: '/url' }), says: 'DATABASE_URL: is set together with DATABASE_URL_FILE; set one of the two' },
  { name: 'a YAML secret and its file', run: () => loadYaml('database: { url: "postgres://x/y", urlFile: /url }'), says: 'database.url: is set together with urlFile; set one of the two' },
  { name: 'a missing secret file', run: () => load({ MUSTER_PLUGIN_TOKEN_FILE: '/none' }), says: 'MUSTER_PLUGIN_TOKEN_FILE: the file /none cannot be read (ENOENT)' },
  { name: 'an empty secret file', run: () => load({ MUSTER_PLUGIN_TOKEN_FILE: '/e' }, { '/e': '\n' }), says: 'MUSTER_PLUGIN_TOKEN_FILE: the file /e is empty' },
  { name: 'a missing configuration file', run: () => load({ MUSTER_CONFIG: '/none.yaml' }), says: 'MUSTER_CONFIG: the file /none.yaml cannot be read (ENOENT)' },
  { name: 'a fault of YAML, by line and column', run: () => loadYaml('http:\n  port: 1\n   host: x\n'), says: 'muster.yaml:2:9: Nested mappings are not allowed in compact mappings' },
  { name: 'a file that is no mapping', run: () => loadYaml('- http'), says: 'muster.yaml: must be a YAML mapping of keys to values' },
  { name: 'a database without keys', run: () => load({ DATABASE_URL: 'postgres://u:p@db/muster' }), says: 'MUSTER_SECRET_KEYS (secrets.keys): is missing; only the embedded database makes a key of its own' },
  { name: 'a database of another make', run: () => load({ DATABASE_URL: 'mysql://db/x', MUSTER_SECRET_KEYS: `a:${KEY}` }), says: 'DATABASE_URL: must be a PostgreSQL address, but the given value, not shown here, is not' },
  { name: 'a key id that is there twice', run: () => load({ MUSTER_SECRET_KEYS: `a:${KEY},a:${KEY}` }), says: 'MUSTER_SECRET_KEYS: must be a name of 1 to 32 lower-case letters, digits and dashes, used once, but' },
  { name: 'a key of the wrong length', run: () => load({ MUSTER_SECRET_KEYS: 'a:c2hvcnQ=' }), says: 'MUSTER_SECRET_KEYS: must be 32 random bytes in base64' },
  { name: 'an address with a user in it', run: () => load({ MUSTER_GRAFANA_URL: 'http://u:p@grafana' }), says: 'MUSTER_GRAFANA_URL: must be the http(s) address' },
  { name: 'a section that is a word', run: () => loadYaml('http: yes please'), says: 'http in muster.yaml: must be a mapping of keys to values' },
])('names $name', ({ run, says }) => {
  expect(faultsOf(run)).toContain(says);
});

test('takes an empty variable, an empty section and a Kubernetes service link as not set', () => {
  const config = loadYaml('http:\n  # port: 1\nlog:\n', { MUSTER_HOST: '', MUSTER_PORT: 'tcp://10.0.0.1:8080' });
  expect(config.http).toMatchObject({ host: '127.0.0.1', port: 8080 });
});

test('is frozen to its depth', () => {
  const config = load({ MUSTER_PLUGIN_TOKEN: TOKEN });
  expect(Object.isFrozen(config.grafana.orgs[0])).toBe(true);
  expect(Object.isFrozen(config.correlation.declare)).toBe(true);
});

test('shows no secret in its description, in JSON or when inspected', () => {
  const config = load({ DATABASE_URL: 'postgres://muster:hush-hush@db:5432/muster?sslpassword=hush-too', MUSTER_SECRET_KEYS: `a:${KEY}`, MUSTER_PLUGIN_TOKEN: TOKEN });
  for (const shown of [JSON.stringify(describeConfig(config)), JSON.stringify(config), inspect(config, { depth: 9 }), String(config.database.url)]) {
    expect(shown).not.toMatch(new RegExp(`hush|${KEY.slice(0, 10)}|${TOKEN}`));
  }
  expect(describeConfig(config)).toMatchObject({ database: { url: 'postgres://muster:***@db:5432/muster?***' } });
});

const SECRET_ENV = CONFIG_KEYS.flatMap((key) => (key.secret && key.env !== null ? [key.env] : []));
const ANY_ENV = CONFIG_KEYS.flatMap((key) => (key.env === null ? [] : [key.env]));

test('property: whatever the environment holds, the answer is a configuration or a ConfigError', () => {
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...ANY_ENV), fc.oneof(fc.string(), fc.integer().map(String), fc.webUrl())), (env) => {
    try {
      load(env);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  }), { numRuns: 300 });
});

test('property: whatever the file holds, the answer is a configuration or a ConfigError', () => {
  const name = fc.oneof(fc.constantFrom(...new Set(CONFIG_KEYS.flatMap((key) => key.path.replaceAll('[]', '').split('.')))), fc.constantFrom('urlFile', 'keysFile', '__proto__', 'x'));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(name, tie('tree'), { maxKeys: 4 })),
  }));
  fc.assert(fc.property(fc.dictionary(name, tree), (content) => {
    try {
      loadYaml(JSON.stringify(content));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  }), { numRuns: 500 });
});

test('property: no fault shows a secret, wherever it was put', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
  fc.assert(fc.property(secret, fc.constantFrom(...SECRET_ENV), (value, name) => {
    const yaml = `grafana: { orgs: ${value} }\nsecrets: { keys: [ ${value} ] }\ndatabase: { url: { x: ${value} } }\nroles: [none]\n`;
    expect(faultsOf(() => loadYaml(yaml, { [name]: value }))).not.toContain(value);
    expect(faultsOf(() => loadYaml(`secrets: { keys: "${value}" } "${value}"`))).not.toContain(value);
  }), { numRuns: 100 });
});

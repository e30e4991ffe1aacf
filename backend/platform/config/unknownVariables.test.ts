import { CONFIG_KEYS } from './keys.ts';
import { describeUnknownVariable, unknownVariables } from './unknownVariables.ts';

const NONE: ReadonlySet<string> = new Set();

test('names a variable that no setting has, with the nearest one, and never its value', () => {
  const unknown = unknownVariables({ MUSTER_GRAFNA_URL: 'hush', MUSTER_PLUGIN_TOKN_FILE: 'hush', MUSTER_XYZ_NOT_LIKE_ANY_OTHER: 'hush', MUSTER_DATABASE_URL: 'hush', GRAFNA_URL: 'not ours' }, NONE);
  expect(unknown.map(describeUnknownVariable)).toEqual([
    'MUSTER_DATABASE_URL: is no setting of Muster, and nothing reads it; did you mean DATABASE_URL?',
    'MUSTER_GRAFNA_URL: is no setting of Muster, and nothing reads it; did you mean MUSTER_GRAFANA_URL?',
    'MUSTER_PLUGIN_TOKN_FILE: is no setting of Muster, and nothing reads it; did you mean MUSTER_PLUGIN_TOKEN_FILE?',
    'MUSTER_XYZ_NOT_LIKE_ANY_OTHER: is no setting of Muster, and nothing reads it',
  ]);
});

test('knows every setting, also as a file where it is a secret, and only there', () => {
  const named = CONFIG_KEYS.flatMap(({ env, secret }) => (env === null ? [] : secret ? [env, `${env}_FILE`] : [env]));
  expect(unknownVariables(Object.fromEntries([...named, 'MUSTER_CONFIG'].map((name) => [name, 'x'])), NONE)).toEqual([]);
  expect(unknownVariables({ MUSTER_HOST_FILE: '/host' }, NONE).map(({ name }) => name)).toEqual(['MUSTER_HOST_FILE']);
});

test('passes over what is empty, what provisioning files ask for, and what Kubernetes sets beside a service named "muster"', () => {
  expect(unknownVariables({
    MUSTER_TEAM_TOKEN: 'x', MUSTER_TYPO: ' ', MUSTER_SERVICE_HOST: '10.0.0.1', MUSTER_SERVICE_PORT: '8080', MUSTER_SERVICE_PORT_HTTP: '8080', MUSTER_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    MUSTER_PORT_8080_TCP_PROTO: 'tcp', MUSTER_PORT_8080_TCP_PORT: '8080', MUSTER_PORT_8080_TCP_ADDR: '10.0.0.1', MUSTER_POSTGRES_SERVICE_HOST: '10.0.0.2', MUSTER_POSTGRES_PORT: 'tcp://10.0.0.2:5432',
  }, new Set(['MUSTER_TEAM_TOKEN']))).toEqual([]);
});

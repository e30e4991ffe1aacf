/**
 * No container engine runs here: these tests hold the deployment files against one another and against the code.
 */
import { globSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CONFIG_KEYS } from '../../backend/platform/config/keys.ts';
import { loadConfig } from '../../backend/platform/config/config.ts';
import { dockerfileLines, environmentOf, execForm, interpolate, readCompose, readText, readYaml, ROOT, stageOf, withDefaults } from './files.ts';

const { services, volumes } = readCompose();
const muster = environmentOf(services.muster);
const grafana = environmentOf(services.grafana);
const pluginJson = z.object({ id: z.string(), routes: z.array(z.object({ url: z.string() })) }).parse(JSON.parse(readText('plugin.json')));
const panels = ['incident-list', 'runbooks'].map((folder) => z.object({ id: z.string() }).parse(JSON.parse(readText(`src/panels/${folder}/plugin.json`))).id);

const contactPoint = readYaml('provisioning/alerting/contact-points.yaml', z.object({
  contactPoints: z.array(z.object({
    name: z.string(),
    receivers: z.array(z.object({
      uid: z.string().max(40),
      type: z.literal('webhook'),
      disableResolveMessage: z.literal(false),
      settings: z.object({
        url: z.string(), httpMethod: z.literal('POST'), authorization_scheme: z.literal('Bearer'), authorization_credentials: z.string(), maxAlerts: z.literal(0),
        hmacConfig: z.object({ secret: z.string(), header: z.string(), timestampHeader: z.string() }),
      }),
    })).length(1),
  }).loose()).length(1),
}).loose()).contactPoints[0];
const source = readYaml('provisioning/muster/sources.yaml', z.object({
  sources: z.array(z.object({ id: z.string(), kind: z.string(), name: z.string(), token: z.string(), hmac: z.object({ enabled: z.literal(true), secret: z.string() }) })).length(1),
}).loose()).sources[0];

/** `$NAME` anywhere in a text; a doubled dollar sign is none. */
function variablesIn(text: string): string[] {
  const withoutComments = text.split('\n').filter((line) => !line.trim().startsWith('#')).join('\n');
  return [...withoutComments.replaceAll('$$', '').matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1] ?? '');
}

function filesOf(folder: string): string[] {
  return globSync(`provisioning/${folder}/**/*.yaml`, { cwd: ROOT });
}

describe('docker-compose.yml', () => {
  test('sets only variables that the service knows', () => {
    const known = new Set(CONFIG_KEYS.flatMap((key) => (key.env === null ? [] : [key.env, `${key.env}_FILE`])));
    const named = new Set(filesOf('muster').flatMap((file) => variablesIn(readText(file))));

    expect(Object.keys(muster).filter((name) => !known.has(name) && !named.has(name))).toEqual([]);
  });

  test('gives the service a configuration that it accepts', () => {
    const config = loadConfig(muster);

    expect(config.database.url?.reveal()).toContain(`:${environmentOf(services.postgres)['POSTGRES_PASSWORD'] ?? ''}@postgres:5432/`);
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 8080, publicUrl: 'http://muster:8080' });
    expect(config.grafana.orgs).toHaveLength(1);
    expect(config.provisioning.dir).toBe('/etc/muster/provisioning');
    expect(services.muster.volumes).toContain('./provisioning/muster:/etc/muster/provisioning:ro');
  });

  test('names Grafana alike on both sides', () => {
    expect(muster['MUSTER_GRAFANA_ROOT_URL']).toBe(grafana['GF_SERVER_ROOT_URL']);
    expect(muster['MUSTER_PLUGIN_TOKEN']).toBe(grafana['MUSTER_PLUGIN_TOKEN']);
    expect(services.muster.environment['MUSTER_GRAFANA_ROOT_URL']).toBe(services.grafana.environment['GF_SERVER_ROOT_URL']);
    expect(grafana['NO_PROXY']?.split(',')).toContain('muster');
  });

  test('lets Grafana load the app and its nested panel, and nobody in without a sign-in', () => {
    expect(grafana['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS']?.split(',').sort()).toEqual([...panels, pluginJson.id].sort());
    expect(grafana['GF_AUTH_ANONYMOUS_ENABLED']).toBe('false');
    expect(grafana['GF_DATAPROXY_LOGGING']).toBe('false');
    expect(services.grafana.volumes).toContain(`plugin:/var/lib/grafana/plugins/${pluginJson.id}:ro`);
    expect(services.plugin.volumes).toEqual(['plugin:/out']);
  });

  test('starts things in order, and mounts what exists', () => {
    expect(services.muster.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(services.grafana.depends_on).toEqual({ muster: { condition: 'service_healthy' }, plugin: { condition: 'service_completed_successfully' } });
    for (const { volumes: mounts } of Object.values(services)) {
      for (const mount of mounts) {
        const [from = ''] = mount.split(':');
        expect([mount, from.startsWith('./') ? existsSync(join(ROOT, from)) : from in volumes]).toEqual([mount, true]);
      }
    }
  });

  test('publishes every port on this machine only, and pins every image', () => {
    for (const { ports, image } of Object.values(services)) {
      for (const port of ports) expect(withDefaults(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      if (image !== undefined) expect(withDefaults(image)).toMatch(/:\d+/);
    }
    expect(withDefaults(services.muster.ports[0] ?? '')).toBe(`127.0.0.1:8080:${muster['MUSTER_PORT'] ?? ''}`);
  });

  test('and .env.example name the same variables', () => {
    const used = new Set([...readText('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]));
    const told = new Set([...readText('.env.example').matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]));

    expect(told).toEqual(used);
  });

  test('marks every secret that it brings as one for the demo', () => {
    const secrets = [...readText('docker-compose.yml').matchAll(/\$\{([A-Z_]*(?:PASSWORD|TOKEN|HMAC|KEYS)[A-Z_]*):-([^}]*)\}/g)];

    expect(secrets.length).toBeGreaterThan(5);
    for (const [, , value] of secrets) expect(value).toMatch(/demo/);
  });
});

describe('Dockerfile', () => {
  test('copies what exists', () => {
    const copied = dockerfileLines()
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));

    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  });

  test('has what .dockerignore lets through', () => {
    const allowed = readText('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = dockerfileLines()
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));

    for (const path of copied) expect([path, allowed.some((name) => path === name || path.startsWith(`${name}/`))]).toEqual([path, true]);
  });

  test('runs the service without root, with a health check', () => {
    const stage = stageOf('service');

    expect(stage).toContain('USER node');
    expect(execForm(stage.find((line) => line.startsWith('CMD ')), 'CMD')).toEqual(['node', '--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', '--heap-growing-percent=50', 'backend/main.ts', 'serve']);
    expect(stage.find((line) => line.startsWith('HEALTHCHECK '))).toContain('/healthz');
    expect(services.muster.healthcheck?.test.join(' ')).toContain('/readyz');
    expect([services.muster.build?.target, services.plugin.build?.target]).toEqual(['service', 'plugin']);
  });

  test('installs for the service all that its code imports', () => {
    const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(readText('package.json')));
    const imported = globSync('backend/**/*.ts', { cwd: ROOT })
      .filter((file) => !/\.(test|testkit)\.ts$/.test(file))
      .flatMap((file) => [...readText(file).matchAll(/^(?:import|export)(?! type )[^;]*? from '((?:@[^/']+\/)?[^'./#:][^'/:]*)(?:\/[^']*)?';$/gm)].map((match) => match[1] ?? ''));

    expect(new Set(imported).size).toBeGreaterThan(10);
    expect([...new Set(imported)].filter((name) => !(name in dependencies))).toEqual([]);
  });
});

describe('provisioning of Grafana', () => {
  test('uses only variables that Compose gives to Grafana', () => {
    const used = ['plugins', 'alerting', 'datasources', 'dashboards'].flatMap(filesOf).flatMap((file) => variablesIn(readText(file)));

    expect(new Set(used)).toEqual(new Set(['MUSTER_API_URL', 'MUSTER_PLUGIN_TOKEN', 'MUSTER_WEBHOOK_URL', 'MUSTER_WEBHOOK_TOKEN', 'MUSTER_WEBHOOK_HMAC']));
    for (const name of used) expect(grafana).toHaveProperty(name);
  });

  test('sets up the app with the keys that its route reads', () => {
    const app = readYaml('provisioning/plugins/muster.yaml', z.object({
      apps: z.array(z.strictObject({
        type: z.string(), org_id: z.number(), disabled: z.literal(false), jsonData: z.record(z.string(), z.string()), secureJsonData: z.record(z.string(), z.string()),
      })).length(1),
    }).loose()).apps[0];

    expect(app?.type).toBe(pluginJson.id);
    expect(pluginJson.routes[0]?.url).toBe('{{ .JsonData.apiUrl }}/api');
    expect(interpolate(app?.jsonData['apiUrl'] ?? '', grafana)).toBe('http://muster:8080');
    expect(interpolate(app?.secureJsonData['apiToken'] ?? '', grafana)).toBe(muster['MUSTER_PLUGIN_TOKEN']);
  });

  test('sends alerts to the provisioned source, with its token and its signature', () => {
    const settings = contactPoint?.receivers[0]?.settings;

    expect(interpolate(settings?.url ?? '', grafana)).toBe(`${muster['MUSTER_PUBLIC_URL'] ?? ''}/webhooks/${source?.kind ?? ''}/${source?.id ?? ''}`);
    expect(interpolate(settings?.authorization_credentials ?? '', grafana)).toBe(interpolate(source?.token ?? '', muster));
    expect(interpolate(settings?.hmacConfig.secret ?? '', grafana)).toBe(interpolate(source?.hmac.secret ?? '', muster));
    expect(settings?.hmacConfig).toMatchObject({ header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp' });
  });

  test('routes to the contact point, soon enough for an incident within three minutes', () => {
    const policy = readYaml('provisioning/alerting/policies.yaml', z.object({
      policies: z.array(z.object({ receiver: z.string(), group_wait: z.string(), group_interval: z.string() }).loose()).length(1),
    }).loose()).policies[0];

    expect(policy).toMatchObject({ receiver: contactPoint?.name, group_wait: '10s', group_interval: '30s' });
  });

  test('has sample rules that ask the provisioned data source and point at panels that exist', () => {
    const query = z.object({ refId: z.string(), datasourceUid: z.string(), model: z.record(z.string(), z.unknown()) }).loose();
    const { groups } = readYaml('provisioning/alerting/rules.yaml', z.object({
      groups: z.array(z.object({
        interval: z.string(),
        rules: z.array(z.object({ uid: z.string().max(40), condition: z.string(), labels: z.record(z.string(), z.string()), annotations: z.record(z.string(), z.string()), data: z.array(query) }).loose()),
      }).loose()),
    }).loose());
    const datasource = readYaml('provisioning/datasources/testdata.yaml', z.object({ datasources: z.array(z.object({ uid: z.string() }).loose()).length(1) }).loose()).datasources[0];
    const dashboard = z.object({ uid: z.string(), panels: z.array(z.object({ id: z.number(), type: z.string() }).loose()) }).parse(JSON.parse(readText('provisioning/dashboards/json/muster-overview.json')));
    const rules = groups.flatMap((group) => group.rules);

    expect(rules.length).toBeGreaterThan(2);
    expect(dashboard.panels.map((panel) => panel.type)).toEqual(expect.arrayContaining(panels));
    for (const rule of rules) {
      expect(rule.data.map((item) => item.refId)).toContain(rule.condition);
      expect(rule.data.every((item) => item.datasourceUid === '__expr__' || item.datasourceUid === datasource?.uid)).toBe(true);
      expect(rule.annotations['__dashboardUid__']).toBe(dashboard.uid);
      expect(dashboard.panels.map((panel) => String(panel.id))).toContain(rule.annotations['__panelId__']);
      expect(rule.labels['simulated']).toBe('true');
    }
    // What Grafana's templates are to see: a single dollar sign after interpolation.
    expect(interpolate(rules[0]?.annotations['summary'] ?? '', {})).toContain('{{ $values.B.Value }}');
  });
});

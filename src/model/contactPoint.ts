/** Settings of the sender, ready to be copied: for Grafana's form, Grafana's provisioning, and Alertmanager. */
import type { Source } from '#contract';

/** Stands where the token belongs when it is not known any more. */
export const TOKEN_PLACEHOLDER = '<token of this source>';

export interface CopyableField {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** The fields of Grafana's contact point form, in its order and words. */
export function contactPointFields(source: Source, token: string): readonly CopyableField[] {
  return [
    { label: 'Integration', value: 'Webhook' },
    { label: 'URL', value: source.webhookUrl },
    { label: 'HTTP method', value: 'POST' },
    { label: 'Authorization header – scheme', value: 'Bearer' },
    { label: 'Authorization header – credentials', value: token },
    { label: 'Max alerts', value: '0', note: 'All of them; any other value leaves alerts out.' },
    ...(source.hmac.enabled
      ? [
          { label: 'HMAC signature – secret', value: '<the secret you set here>' },
          { label: 'HMAC signature – header', value: source.hmac.header },
          ...(source.hmac.timestampHeader === '' ? [] : [{ label: 'HMAC signature – timestamp header', value: source.hmac.timestampHeader }]),
        ]
      : []),
    { label: 'Disable resolved message', value: 'Off', note: 'Muster must hear when an alert ends.' },
  ];
}

/** A file for `provisioning/alerting`. The policy tree is left alone: a provisioned one would replace it whole. */
export function grafanaProvisioning(source: Source, token: string): string {
  const lines = [
    'apiVersion: 1',
    'contactPoints:',
    '  - orgId: 1',
    `    name: ${yamlText(`muster-${source.id}`)}`,
    '    receivers:',
    `      - uid: ${yamlText(uid(source))}`,
    '        type: webhook',
    '        disableResolveMessage: false',
    '        settings:',
    `          url: ${yamlText(source.webhookUrl)}`,
    '          httpMethod: POST',
    '          authorization_scheme: Bearer',
    `          authorization_credentials: ${yamlText(token)}`,
    '          maxAlerts: 0',
    ...(source.hmac.enabled
      ? [
          '          hmacConfig:',
          '            secret: $MUSTER_HMAC_SECRET',
          `            header: ${yamlText(source.hmac.header)}`,
          ...(source.hmac.timestampHeader === '' ? [] : [`            timestampHeader: ${yamlText(source.hmac.timestampHeader)}`]),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A receiver and the route to it for `alertmanager.yml`. */
export function alertmanagerReceiver(source: Source, token: string): string {
  const name = yamlText(`muster-${source.id}`);
  const lines = [
    'route:',
    '  routes:',
    `    - receiver: ${name}`,
    '      continue: true',
    '      group_wait: 10s',
    '      group_interval: 1m',
    '      repeat_interval: 1h',
    'receivers:',
    `  - name: ${name}`,
    '    webhook_configs:',
    `      - url: ${yamlText(source.webhookUrl)}`,
    '        send_resolved: true',
    '        max_alerts: 0',
    '        http_config:',
    '          authorization:',
    '            type: Bearer',
    `            credentials: ${yamlText(token)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A request as a sender of any JSON makes it. */
export function genericRequest(source: Source, token: string): string {
  return [
    `curl -X POST '${source.webhookUrl}'`, `  -H 'Authorization: Bearer ${token}'`, `  -H 'Content-Type: application/json'`, `  -d '{"title": "DiskFull", "host": "db-1"}'`,
  ].join(' \\\n') + '\n';
}

/** A request that tells of a deploy, as a step of a pipeline makes it. */
export function changeRequest(source: Source, token: string): string {
  return [
    `curl -X POST '${source.webhookUrl}'`, `  -H 'Authorization: Bearer ${token}'`, `  -H 'Content-Type: application/json'`,
    `  -d '{"id": "release-42", "kind": "deploy", "service": "checkout", "title": "Release 42"}'`,
  ].join(' \\\n') + '\n';
}

/** The address that says "I am alive", when there is no alert to send. */
export function heartbeatUrl(source: Source): string {
  return source.webhookUrl.replace(`/webhooks/${source.kind}/`, '/webhooks/heartbeat/');
}

/** Grafana allows 40 characters; a source id may have as many by itself. */
function uid(source: Source): string {
  return `muster-${source.id}`.slice(0, 40);
}

/** JSON strings are YAML strings, whatever they hold. */
function yamlText(text: string): string {
  return JSON.stringify(text);
}

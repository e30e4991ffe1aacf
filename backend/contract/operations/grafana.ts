/** Operations on the connection to Grafana's own API. */
import { grafanaCheck, grafanaConnection, putGrafanaConnectionBody } from '../grafana.ts';
import { op } from '../operation.ts';

export const grafanaOperations = {
  getGrafanaConnection: op({
    method: 'get', path: '/grafana-connection', summary: "How Muster calls Grafana's API", tag: 'Sources', response: grafanaConnection, ifMatch: 'optional',
  }),
  putGrafanaConnection: op({
    method: 'put', path: '/grafana-connection', summary: 'Set address and service-account token; the token is sealed and never shown', tag: 'Sources',
    body: putGrafanaConnectionBody, response: grafanaConnection, ifMatch: 'required',
  }),
  testGrafanaConnection: op({
    method: 'post', path: '/grafana-connection/test', summary: "Try Grafana's API step by step", tag: 'Sources', response: grafanaCheck,
  }),
} as const;

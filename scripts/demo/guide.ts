/** The texts of the demo. */
import { incidentKey, type IncidentPage } from '../../backend/contract/index.ts';
import type { Terminal } from './terminal.ts';

const APP = '/a/muster-incidents-app';

/** Says where to look, in which order. */
export function printGuide(terminal: Terminal, url: string, dataDir: string, statusPageUrl: string): void {
  const lines = [
    '',
    `Muster is ready:  ${url}${APP}/now`,
    '',
    'What to look at, in this order:',
    `  1. Now         ${url}${APP}/now`,
    '                 what is broken, how bad, who is on it; it moves while the alerts come in',
    '  2. An incident open the gravest one, read why it is one incident (Alerts), acknowledge it,',
    '                 watch its Timeline; open it in a second window and see it change there too',
    '  3. Its tab Runbooks: one that restarts the broken service waits for an approval; give it, and an agent',
    '                 restarts the service, the alerts resolve, and the incident is mitigated',
    `  4. Runbooks    ${url}${APP}/runbooks   the catalogue: open one, edit it, play it without sending anything`,
    `  5. Incidents   ${url}${APP}/incidents   all of them: filter, sort, search`,
    `  6. A dashboard ${url}/d/demo   the incident list as a panel`,
    `  7. Status page ${statusPageUrl}   what those outside read; publish an update on the tab Comms of an incident`,
    `  8. Settings    ${url}${APP}/settings   sources, a test alert hop by hop, the connection check`,
    '',
    `Other users:     ${url}/host/user?login=viewer   (admin, editor, eva, viewer; otto is in another`,
    '                 organisation and sees none of this), or the menu at the top right',
    `Light theme:     ${url}/host/theme?theme=light`,
    '',
    'The outage is simulated: a made-up shop, alerts made by a generator and sent as real webhooks. The page',
    'around Muster is the plugin host, a stand-in for Grafana; docker-compose.yml has a real one.',
    `Data is kept in ${dataDir} (--reset clears it). Ctrl-C stops everything.`,
    '',
  ];
  for (const line of lines) terminal.line(line);
}

/** Says what came of the outage. */
export function printOutcome(terminal: Terminal, page: IncidentPage): void {
  terminal.line(`${page.total} open ${page.total === 1 ? 'incident' : 'incidents'}${page.items.length < page.total ? `; the gravest ${page.items.length}` : ''}:`);
  for (const incident of page.items) {
    const alerts = `${incident.alertsFiring} of ${incident.alertsTotal} alerts firing`;
    terminal.line(`  ${incidentKey(incident.number).padEnd(8)} ${incident.severity}  ${incident.state.padEnd(13)} ${alerts.padEnd(28)} ${incident.title}`);
  }
}

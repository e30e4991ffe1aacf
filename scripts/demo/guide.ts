/** The texts of the demo. */
import { incidentKey, type IncidentPage } from '../../backend/contract/index.ts';
import type { Inbox } from './inbox/inbox.ts';
import { WAYS } from './inbox/page.ts';
import type { Terminal } from './terminal.ts';

const APP = '/a/muster-incidents-app';
const SHOWN_MESSAGES = 8;

export interface Guide {
  /** Of the plugin host. */
  readonly url: string;
  readonly dataDir: string;
  readonly statusPageUrl: string;
  readonly inboxUrl: string;
}

/** Says where to look, in which order. */
export function printGuide(terminal: Terminal, { url, dataDir, statusPageUrl, inboxUrl }: Guide): void {
  const lines = [
    '',
    `Muster is ready:  ${url}${APP}/now`,
    '',
    'What to look at, in this order:',
    `  1. Now         ${url}${APP}/now`,
    '                 what is broken, how bad, who is on it; it moves while the alerts come in',
    '  2. An incident open the gravest one, read why it is one incident (Alerts), acknowledge it,',
    '                 watch its Timeline; open it in a second window and see it change there too',
    `  3. The inbox   ${inboxUrl}   simulated: the pages, chat messages and mails that would have gone out.`,
    '                 Ed is paged first: press "I can’t" in his mail, and Eva is paged at once; press "I’m on it"',
    '                 in hers, and she leads. The incident’s tab Mobilisation shows who was called and who answered',
    '  4. Its tab Comms: write an update to customers as one person, approve and publish it as another; it goes to the',
    `                 status page ${statusPageUrl} and to Slack. Take Slack down in the inbox first, and Teams gets it`,
    '  5. Its tab Runbooks: one that restarts the broken service waits for an approval; give it, and an agent',
    '                 restarts the service, the alerts resolve, and the incident is mitigated',
    '  6. Its overview: the probable cause as metrics tell it, series by series; past incidents like it and what ended them;',
    '                 runbooks by what they did then; what its alerts usually mean',
    `  7. Detectors   ${url}${APP}/detectors   they watch simulated metrics and logs: two alert, the others watch in`,
    '                 shadow and say what they would have alerted. Judge what they found, open a chart, let one alert',
    '  8. What is to come: Now says when the volume of the search index will be full, and why; so does its service. A runbook',
    '                 stands beside it: approve its run, and the agent makes room before anything breaks',
    `                 ${url}${APP}/services?service=search-indexer. Accuracy ${url}${APP}/accuracy says how often Muster was right`,
    `  9. On-call     ${url}${APP}/on-call   who is called, schedules, policies; give a number of your own under`,
    '                 My contact rules, and find the code in the inbox',
    ` 10. Runbooks    ${url}${APP}/runbooks   the catalogue: open one, edit it, play it without sending anything`,
    ` 11. Incidents   ${url}${APP}/incidents   all of them: filter, sort, search`,
    ` 12. A dashboard ${url}/d/demo   the incident list as a panel`,
    ` 13. Settings    ${url}${APP}/settings   sources, a test alert hop by hop, the connection check`,
    '',
    `Other users:     ${url}/host/user?login=viewer   (admin, editor, eva, viewer; otto is in another`,
    '                 organisation and sees none of this), or the menu at the top right',
    `Light theme:     ${url}/host/theme?theme=light`,
    '',
    'The outage is simulated: a made-up shop, alerts made by a generator and sent as real webhooks. The page',
    'around Muster is the plugin host, a stand-in for Grafana; docker-compose.yml has a real one. Slack, Teams, mail and',
    'text messages are the inbox: nothing is sent to anybody. Metrics and logs come from a simulated Prometheus and a',
    'simulated Loki on this machine; the month before is made up as well, and so is what was judged in it.',
    `Data is kept in ${dataDir} (--reset clears it). Ctrl-C stops everything.`,
    '',
  ];
  for (const line of lines) terminal.line(line);
}

/** Says who would have been told. */
export function printMessages(terminal: Terminal, { url, messages }: Pick<Inbox, 'url' | 'messages'>): void {
  terminal.line(`Simulated messages in the inbox ${url}: ${messages.length}`);
  for (const { over, to, subject } of messages.slice(0, SHOWN_MESSAGES)) terminal.line(`  ${WAYS[over].padEnd(12)} ${to.padEnd(22)} ${subject}`);
}

/** Says what came of the outage. */
export function printOutcome(terminal: Terminal, page: IncidentPage): void {
  terminal.line(`${page.total} open ${page.total === 1 ? 'incident' : 'incidents'}${page.items.length < page.total ? `; the gravest ${page.items.length}` : ''}:`);
  for (const incident of page.items) {
    const alerts = `${incident.alertsFiring} of ${incident.alertsTotal} alerts firing`;
    terminal.line(`  ${incidentKey(incident.number).padEnd(8)} ${incident.severity}  ${incident.state.padEnd(13)} ${alerts.padEnd(28)} ${incident.title}`);
  }
}

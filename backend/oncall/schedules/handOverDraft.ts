/** What a hand-over note begins with. Pure. */
import { incidentKey, type OnCallEntry } from '#contract';
import type { OpenIncident } from './ports.ts';

/** From whom to whom, and what is going on: incidents in the order in which they are given. */
export function handOverDraft(entry: OnCallEntry, incidents: readonly OpenIncident[]): string {
  const names = (people: OnCallEntry['users']): string => (people.length === 0 ? 'nobody' : people.map(({ name }) => name).join(', '));
  const lines = [`Hand-over of ${entry.schedule.name}: from ${names(entry.users)} to ${entry.until === null ? 'whoever is next' : names(entry.next)}`, ''];
  if (incidents.length === 0) lines.push('No incident is open.');
  else lines.push('Open incidents:', ...incidents.map(({ number, severity, title, state }) => `- ${incidentKey(number)} (${severity.toUpperCase()}, ${state.replaceAll('_', ' ')}): ${title}`));
  lines.push('', 'To know:', '- ');
  return lines.join('\n');
}

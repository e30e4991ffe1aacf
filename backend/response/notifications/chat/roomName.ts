/** Names of war rooms and links of meetings. Pure. */
import { incidentKey } from '#contract';

/** Slack takes 80 characters: lower case, digits, - and _ (docs.slack.dev/reference/methods/conversations.create). */
const MAX_NAME = 80;

/** The name of a room: the incident's key, then words of its title (none of a private one: names of rooms are seen by many). `attempt` from 1 makes it another one. */
export function roomName(incident: { readonly number: number; readonly title: string; readonly isPrivate: boolean }, attempt: number): string {
  const words = incident.isPrivate ? '' : incident.title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const suffix = attempt <= 1 ? '' : `-${attempt}`;
  const base = `${incidentKey(incident.number).toLowerCase()}${words === '' ? '' : `-${words}`}`;
  return `${base.slice(0, Math.min(60, MAX_NAME - suffix.length)).replace(/-+$/, '')}${suffix}`;
}

/** A meeting's link from its template: `{key}` is the incident (`inc-42`), `{random}` a word that nobody can guess. Null when there is no template, or it makes no web address. */
export function meetingUrl(template: string | undefined, number: number, random: string): string | null {
  if (template === undefined || template === '') return null;
  const text = template.replaceAll('{key}', incidentKey(number).toLowerCase()).replaceAll('{random}', random);
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

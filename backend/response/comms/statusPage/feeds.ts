/** RSS and Atom of the status page: one entry for each published update. Pure. */
import { Feed } from 'feed';
import { phaseWord } from '../words.ts';
import type { PageLook } from './html.ts';
import { toHtml } from './markdown.ts';
import type { PageModel } from './model.ts';

const MOST_ENTRIES = 50;

/** Both feeds. `url` is the address of the page, with a slash at its end. */
export function feedsOf(look: PageLook, model: PageModel, url: string): { readonly rss: string; readonly atom: string } {
  const entries = [...model.ongoing, ...model.past]
    .flatMap((incident) => incident.updates.map((update) => ({ incident, update })))
    .sort((a, b) => b.update.atMs - a.update.atMs).slice(0, MOST_ENTRIES);
  const newest = entries[0];
  const feed = new Feed({
    id: url, link: url, title: look.title, language: look.language, copyright: '', generator: 'Muster', updated: new Date(newest === undefined ? 0 : (newest.update.correctedMs ?? newest.update.atMs)),
    feedLinks: { rss: `${url}rss.xml`, atom: `${url}atom.xml` },
  });
  for (const { incident, update } of entries) {
    const link = `${url}incidents/${incident.id}.html`;
    feed.addItem({
      title: `${phaseWord(update.phase, look.language)}: ${update.title}`, id: `${link}#${update.id}`, guid: `${link}#${update.id}`, link, date: new Date(update.correctedMs ?? update.atMs), published: new Date(update.atMs),
      content: toHtml(update.text),
    });
  }
  return { rss: feed.rss2(), atom: feed.atom1() };
}

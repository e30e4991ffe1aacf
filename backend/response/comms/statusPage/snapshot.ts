/** The page ready to be sent: every file with its type, its ETag and a packed copy, made once for all readers. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { feedsOf } from './feeds.ts';
import { historyPage, incidentPage, startPage, type PageLook } from './html.ts';
import { toPublicStatus, type PageModel } from './model.ts';
import { PAGE_STYLE } from './style.ts';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly packed: Buffer;
  readonly etag: string;
}

/** By path, as `index.html` or `incidents/12.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const HTML = 'text/html; charset=utf-8';

function fileOf(type: string, text: string): PageFile {
  const body = Buffer.from(text);
  return { type, body, packed: gzipSync(body), etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}

/** Makes all files of a page. `url` is where it is read, with a slash at its end. Files that read as before are taken over. */
export function makeFiles(look: PageLook, model: PageModel, url: string, before: PageFiles = new Map()): PageFiles {
  const { rss, atom } = feedsOf(look, model, url);
  const texts: [string, string, string][] = [
    ['index.html', HTML, startPage(look, model)], ['history.html', HTML, historyPage(look, model)], ['style.css', 'text/css; charset=utf-8', PAGE_STYLE],
    ['status.json', 'application/json; charset=utf-8', JSON.stringify(toPublicStatus(model))], ['rss.xml', 'application/rss+xml; charset=utf-8', rss], ['atom.xml', 'application/atom+xml; charset=utf-8', atom],
    ...[...model.ongoing, ...model.past].map((incident): [string, string, string] => [`incidents/${incident.id}.html`, HTML, incidentPage(look, model, incident)]),
  ];
  return new Map(texts.map(([path, type, text]) => {
    const known = before.get(path);
    return [path, known !== undefined && known.body.equals(Buffer.from(text)) ? known : fileOf(type, text)];
  }));
}

/** The start page in one document, for a frame that loads nothing else. */
export function inOneDocument(files: PageFiles): string {
  const html = files.get('index.html')?.body.toString('utf8') ?? '';
  return html.replace(/<link rel="stylesheet"[^>]*>/, `<style>${PAGE_STYLE}</style>`).replaceAll(/<link rel="alternate"[^>]*>\n?/g, '');
}

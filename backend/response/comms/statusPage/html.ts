/** The status page as HTML: complete without any script, with links that work wherever it lies. Pure. */
import type { ComponentState, StatusPageBody } from '#contract';
import { phaseWord, stateWord, timeText } from '../words.ts';
import { escapeHtml, toHtml } from './markdown.ts';
import { SHOWN_DAYS, type PageModel, type ShownComponent, type ShownIncident } from './model.ts';
import { pageWords, type PageWords } from './pageWords.ts';

/** What the page is made with, beside its model. */
export type PageLook = Pick<StatusPageBody, 'title' | 'intro' | 'language' | 'timeZone' | 'contact' | 'subscriptions'>;

const RECENT = 10;
/** Shown months of each component; the JSON has more. */
const MONTHS = 4;

interface Page {
  readonly look: PageLook;
  readonly words: PageWords;
  /** Way back to the folder in which the start page lies: empty or `../`. */
  readonly up: string;
}

function time({ look }: Page, ms: number): string {
  return `<time datetime="${new Date(ms).toISOString()}">${escapeHtml(timeText(ms, look.language, look.timeZone))}</time>`;
}

function stateText({ look }: Page, state: ComponentState): string {
  return `<span class="state ${state}">${escapeHtml(stateWord(state, look.language))}</span>`;
}

/** A whole document. `main` is HTML; everything else is text. */
export function document(look: PageLook, up: string, title: string, main: string, asOf: string): string {
  const words = pageWords(look.language);
  const feeds = `<a href="${up}rss.xml">RSS</a> <a href="${up}atom.xml">Atom</a> <a href="${up}status.json">JSON</a>`;
  return `<!doctype html>
<html lang="${look.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${up}style.css">
<link rel="alternate" type="application/rss+xml" href="${up}rss.xml" title="${escapeHtml(look.title)}">
<link rel="alternate" type="application/atom+xml" href="${up}atom.xml" title="${escapeHtml(look.title)}">
</head>
<body>
<a class="skip" href="#content">${escapeHtml(words.skip)}</a>
<header><h1>${escapeHtml(look.title)}</h1></header>
<main id="content">
${main}
</main>
<footer>
<nav aria-label="${escapeHtml(words.feeds)}">${look.subscriptions ? `<a href="${up}subscribe">${escapeHtml(words.subscribe)}</a> ` : ''}${feeds}${
  look.contact === null ? '' : ` <a href="${escapeHtml(look.contact)}">${escapeHtml(words.contact)}</a>`}</nav>
${asOf === '' ? '' : `<p class="dim">${escapeHtml(words.asOf)} ${asOf}</p>`}
</footer>
</body>
</html>
`;
}

function days({ words }: Page, component: ShownComponent): string {
  const known = component.days.filter((day) => day !== null);
  const bad = known.filter((day) => day !== 'operational').length;
  const bars = component.days.map((day, place) => `<rect class="${day ?? 'unknown'}" x="${place * 10}" width="8" height="28"/>`).join('');
  return `<svg class="days" viewBox="0 0 ${SHOWN_DAYS * 10 - 2} 28" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(words.days(bad, known.length))}">${bars}</svg>`;
}

function componentHtml(page: Page, component: ShownComponent): string {
  const { words } = page;
  const months = component.uptime.slice(0, MONTHS).map(({ month, percent }) => `<div><dt class="dim">${month}</dt><dd>${percent.toFixed(2)} %</dd></div>`).join('');
  return `<li class="box"><div class="row"><h3>${escapeHtml(component.label)}</h3>${stateText(page, component.state)}</div>${
    component.description === '' ? '' : `<div class="dim">${escapeHtml(component.description)}</div>`}${days(page, component)}<dl class="uptime" aria-label="${escapeHtml(words.uptime)}">${months}</dl></li>`;
}

function componentsHtml(page: Page, model: PageModel): string {
  if (model.components.length === 0) return '';
  const groups = [...new Set(model.components.map(({ group }) => group))];
  const lists = groups.map((group) => {
    const own = model.components.filter((component) => component.group === group).map((component) => componentHtml(page, component)).join('\n');
    return `${group === '' ? '' : `<p class="dim">${escapeHtml(group)}</p>\n`}<ul class="list">\n${own}\n</ul>`;
  });
  return `<section aria-labelledby="components"><h2 id="components">${escapeHtml(page.words.components)}</h2>\n${lists.join('\n')}\n</section>`;
}

function labelsOf(model: PageModel): ReadonlyMap<string, string> {
  return new Map(model.components.map(({ name, label }) => [name, label]));
}

function incidentHtml(page: Page, model: PageModel, incident: ShownIncident, shown: number): string {
  const { words, look } = page;
  const labels = labelsOf(model);
  const broken = incident.components.flatMap(({ name, state }) => (labels.has(name) && state !== 'operational' ? [`${escapeHtml(labels.get(name) ?? '')}: ${stateText(page, state)}`] : []));
  const updates = incident.updates.slice(0, shown).map(({ phase, text, atMs, correctedMs }) =>
    `<div class="update"><div class="row"><strong>${escapeHtml(phaseWord(phase, look.language))}</strong><span class="dim">${time(page, atMs)}${
      correctedMs === null ? '' : ` (${escapeHtml(words.corrected)} ${time(page, correctedMs)})`}</span></div>${toHtml(text)}</div>`);
  const span = incident.resolvedMs === null ? `${escapeHtml(words.began)} ${time(page, incident.startedMs)}` : `${time(page, incident.startedMs)} – ${time(page, incident.resolvedMs)}`;
  return `<article class="box"><h3><a href="${page.up}incidents/${incident.id}.html">${escapeHtml(incident.title)}</a></h3><div class="dim">${span}</div>${
    broken.length === 0 ? '' : `<div>${broken.join(', ')}</div>`}${updates.join('')}</article>`;
}

function worksHtml(page: Page, model: PageModel): string {
  const { words } = page;
  const labels = labelsOf(model);
  const near = model.works.filter(({ state }) => state !== 'over').sort((a, b) => a.startsMs - b.startsMs);
  if (near.length === 0) return '';
  const items = near.map((work) => {
    const names = work.components.flatMap((name) => labels.get(name) ?? []).map(escapeHtml).join(', ');
    return `<article class="box"><h3>${escapeHtml(work.title)}</h3><div class="dim">${time(page, work.startsMs)} – ${time(page, work.endsMs)}${work.state === 'running' ? ` (${escapeHtml(words.running)})` : ''}</div>${
      names === '' ? '' : `<div>${names}</div>`}${toHtml(work.text)}</article>`;
  });
  return `<section aria-labelledby="maintenance"><h2 id="maintenance">${escapeHtml(words.maintenance)}</h2>\n${items.join('\n')}\n</section>`;
}

/** The start page: how it is, what happens, what is planned, what was. */
export function startPage(look: PageLook, model: PageModel): string {
  const page: Page = { look, words: pageWords(look.language), up: '' };
  const { words } = page;
  const recent = model.past.slice(0, RECENT).map((incident) => incidentHtml(page, model, incident, 1));
  return document(look, '', `${look.title}: ${words.overall[model.state]}`, [
    `<p class="overall ${model.state}" role="status">${escapeHtml(words.overall[model.state])}</p>`,
    ...(look.intro === '' ? [] : [toHtml(look.intro)]),
    ...(model.ongoing.length === 0 ? [] : [`<section aria-labelledby="ongoing"><h2 id="ongoing">${escapeHtml(words.ongoing)}</h2>\n${model.ongoing.map((incident) => incidentHtml(page, model, incident, 100)).join('\n')}\n</section>`]),
    worksHtml(page, model),
    componentsHtml(page, model),
    `<section aria-labelledby="history"><h2 id="history">${escapeHtml(words.history)}</h2>\n${recent.length === 0 ? `<p class="dim">${escapeHtml(words.noHistory)}</p>` : recent.join('\n')}\n<p><a href="history.html">${escapeHtml(words.allHistory)}</a></p></section>`,
  ].filter((part) => part !== '').join('\n'), time(page, model.nowMs));
}

/** Everything that was published, by month. */
export function historyPage(look: PageLook, model: PageModel): string {
  const page: Page = { look, words: pageWords(look.language), up: '' };
  const { words } = page;
  const months = [...new Set(model.past.map(({ startedMs }) => new Date(startedMs).toISOString().slice(0, 7)))];
  const sections = months.map((month) => {
    const own = model.past.filter(({ startedMs }) => new Date(startedMs).toISOString().startsWith(month)).map((incident) => incidentHtml(page, model, incident, 1));
    return `<section aria-labelledby="m${month}"><h3 id="m${month}">${month}</h3>\n${own.join('\n')}\n</section>`;
  });
  return document(look, '', `${words.history}: ${look.title}`, [
    `<p><a href="index.html">${escapeHtml(words.back)}</a></p><h2>${escapeHtml(words.history)}</h2>`, ...(sections.length === 0 ? [`<p class="dim">${escapeHtml(words.noHistory)}</p>`] : sections),
  ].join('\n'), time(page, model.nowMs));
}

/** One incident with all that was published of it. */
export function incidentPage(look: PageLook, model: PageModel, incident: ShownIncident): string {
  const page: Page = { look, words: pageWords(look.language), up: '../' };
  return document(look, '../', `${incident.title}: ${look.title}`, `<p><a href="../index.html">${escapeHtml(page.words.back)}</a></p>\n${incidentHtml(page, model, incident, 1000)}`, time(page, model.nowMs));
}

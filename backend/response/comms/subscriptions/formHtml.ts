/** The forms of subscribers as HTML, complete without any script. Pure. */
import type { StatusPageBody } from '#contract';
import { document } from '../statusPage/html.ts';
import { escapeHtml } from '../statusPage/markdown.ts';
import type { FormWords } from './formWords.ts';

/** What of the settings the forms show. */
export type FormLook = Pick<StatusPageBody, 'title' | 'intro' | 'language' | 'timeZone' | 'contact' | 'subscriptions' | 'components' | 'regions'>;

/** A page with a form, or with what came of it. `body` is HTML; `up` leads back to the folder of the start page. */
export function formPage(look: FormLook, up: string, title: string, body: string): string {
  return document({ ...look, subscriptions: false }, up, `${title}: ${look.title}`, `<h2>${escapeHtml(title)}</h2>\n${body}`, '');
}

/** What a reader is told. */
export function saidHtml(text: string): string {
  return `<p role="status">${escapeHtml(text)}</p>`;
}

/** One button, which does it. */
export function buttonHtml(text: string): string {
  return `<form method="post" class="plain"><button type="submit">${escapeHtml(text)}</button></form>`;
}

function choice(name: string, options: readonly { readonly value: string; readonly label: string }[], legend: string, hint: string): string {
  if (options.length === 0) return '';
  const boxes = options.map(({ value, label }) => `<label><input type="checkbox" name="${name}" value="${escapeHtml(value)}"> ${escapeHtml(label)}</label>`).join('\n');
  return `<fieldset><legend>${escapeHtml(legend)}</legend>\n${boxes}\n<p class="dim">${escapeHtml(hint)}</p></fieldset>\n`;
}

/** The form to subscribe: an address, and what of; `fault`: what was wrong with the last try. */
export function subscribeHtml({ components, regions }: FormLook, words: FormWords, fault: string | null): string {
  return `<form method="post" class="plain">
${fault === null ? '' : `<p role="alert" id="fault" class="major_outage">${escapeHtml(fault)}</p>\n`}<label>${escapeHtml(words.address)} <input type="email" name="address" autocomplete="email" required${fault === null ? '' : ' aria-describedby="fault" aria-invalid="true"'}></label>
${choice('service', components.map(({ name, label }) => ({ value: name, label: label === '' ? name : label })), words.which, words.all)}${
  choice('region', regions.map((name) => ({ value: name, label: name })), words.where, words.everywhere)}<label><input type="checkbox" name="grave" value="1"> ${escapeHtml(words.grave)}</label>
<p class="dim">${escapeHtml(words.consent)}</p>
<button type="submit">${escapeHtml(words.subscribe)}</button>
</form>`;
}

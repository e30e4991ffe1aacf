/** Makes a guided checklist of a procedure in Markdown: headings become steps, lists are ticked off, code is shown and confirmed. */
import { lexer, type Token, type Tokens } from 'marked';
import { stringify } from 'yaml';
import { API_VERSION, runbookId, type RunbookId } from '#contract';

interface ManualStep {
  readonly id: string;
  readonly kind: 'manual';
  readonly name: string;
  readonly with: { instruction: string; checklist?: string[] };
}

interface Section {
  readonly heading: string;
  readonly tokens: Token[];
}

const MAX_NAME = 200;
const MAX_INSTRUCTION = 19_000;
const MAX_POINTS = 50;
const MAX_STEPS = 500;
const MAX_LINKS = 20;

function isKind<T extends Tokens.Generic['type']>(token: Token, type: T): token is Extract<Token, { type: T }> {
  return token.type === type;
}

/** Text that stands in a template: what looks like a hole is kept as it was written. */
function literal(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** As a template that gives the text, cut so that it is not longer than allowed. */
function template(text: string, most: number): string {
  let length = most;
  while (literal(cut(text, length)).length > most) length = Math.floor(length * 0.8);
  return literal(cut(text, length));
}

/** Text of a heading or a point without marks of Markdown. */
function plain(markdown: string): string {
  return markdown.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[*_`#]+/g, '').replaceAll(/\s+/g, ' ').trim();
}

function sectionsOf(tokens: readonly Token[]): { title: string; sections: Section[] } {
  const sections: Section[] = [];
  let title = '';
  for (const token of tokens) {
    if (isKind(token, 'heading')) {
      if (title === '' && sections.length === 0 && token.depth === 1) title = plain(token.text);
      else sections.push({ heading: plain(token.text), tokens: [] });
    } else if (!isKind(token, 'space')) {
      if (sections.length === 0) sections.push({ heading: '', tokens: [] });
      sections.at(-1)?.tokens.push(token);
    }
  }
  return { title, sections };
}

/** Points of a list; what is nested or holds code stays with its point. */
function pointsOf(list: Tokens.List): string[] {
  return list.items.map((item) => template(item.text.trim(), 2_000)).filter((text) => text !== '');
}

/** The parts of a section: a piece of code is a step of its own, to be confirmed; what stands before it belongs to it. */
function partsOf(section: Section): { text: string; points: string[]; code: boolean }[] {
  const parts: { text: string; points: string[]; code: boolean }[] = [];
  let text = '';
  let points: string[] = [];
  const end = (code: boolean): void => {
    if (text.trim() !== '' || points.length > 0) parts.push({ text: text.trim(), points, code });
    text = '';
    points = [];
  };
  for (const token of section.tokens) {
    if (isKind(token, 'code')) {
      if (points.length > 0) end(false);
      text += token.raw;
      end(true);
    } else if (isKind(token, 'list')) {
      points.push(...pointsOf(token));
    } else {
      if (points.length > 0) end(false);
      text += token.raw;
    }
  }
  end(false);
  return parts;
}

function linksIn(markdown: string): { title: string; url: string }[] {
  const links = [...markdown.matchAll(/\[([^\]]{1,300})\]\((https?:\/\/[^\s)]{1,1900})\)/g)].map(([, title = '', url = '']) => ({ title: cut(plain(title) || url, MAX_NAME), url }));
  return links.filter(({ url }, index) => links.findIndex((other) => other.url === url) === index).slice(0, MAX_LINKS);
}

/** A name out of words: `Restart the shop!` gives `restart-the-shop`. */
export function nameOf(words: string): RunbookId {
  const name = words.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  return runbookId.parse(name === '' ? 'imported-procedure' : name);
}

function stepsOf(sections: readonly Section[], title: string): ManualStep[] {
  const steps: ManualStep[] = [];
  for (const section of sections) {
    const parts = partsOf(section);
    const heading = section.heading === '' ? title : section.heading;
    // A heading without text of its own names those below it.
    parts.forEach((part, index) => {
      const chunks = Array.from({ length: Math.max(1, Math.ceil(part.points.length / MAX_POINTS)) }, (_, chunk) => part.points.slice(chunk * MAX_POINTS, (chunk + 1) * MAX_POINTS));
      for (const points of chunks) {
        const text = part.code ? `${part.text}\n\nConfirm when it is done.` : part.text === '' ? heading : part.text;
        steps.push({
          id: `step${steps.length + 1}`, kind: 'manual', name: template(parts.length > 1 ? `${cut(heading, MAX_NAME - 20)} (${index + 1} of ${parts.length})` : heading, MAX_NAME),
          with: { instruction: template(text, MAX_INSTRUCTION), ...(points.length === 0 ? {} : { checklist: points }) },
        });
      }
    });
  }
  return steps.slice(0, MAX_STEPS);
}

/** The text of a runbook out of a procedure in Markdown. `id` and `from` (its address) when they are known. */
export function importMarkdown(markdown: string, { id, from }: { readonly id: RunbookId | undefined; readonly from: string | undefined }): string {
  const { title, sections } = sectionsOf(lexer(markdown));
  const name = cut(title === '' ? sections.find(({ heading }) => heading !== '')?.heading ?? 'Imported procedure' : title, MAX_NAME);
  const steps = stepsOf(sections, name);
  const links = [...(from === undefined ? [] : [{ title: 'Where it was written', url: from }]), ...linksIn(markdown).filter(({ url }) => url !== from)].slice(0, MAX_LINKS);
  const document = {
    apiVersion: API_VERSION, kind: 'Runbook',
    metadata: { id: id ?? nameOf(name), title: name, description: `Made of a procedure in Markdown${from === undefined ? '' : ` at ${from}`}. Each step is confirmed by a person.`, tags: ['imported'], ...(links.length === 0 ? {} : { links }) },
    steps: steps.length === 0 ? [{ id: 'step1', kind: 'manual', name: template(name, MAX_NAME), with: { instruction: template(name, MAX_NAME) } }] : steps,
  };
  return stringify(document, { lineWidth: 0 });
}

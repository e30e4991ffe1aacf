/** A procedure in Markdown becomes a guided checklist that is a right runbook. */
import fc from 'fast-check';
import { runbookId } from '#contract';
import { parseRunbook } from '../format/index.ts';
import { importMarkdown } from './importMarkdown.ts';

const PROCEDURE = `# Restart the *shop*

Read [the overview](https://wiki.example.com/shop) first.

## Look

- Is the [dashboard](https://grafana.example.com/d/shop) red?
- Is \`{{ template }}\` in the text?

## Act

Drain the node:

\`\`\`sh
kubectl drain node-1
\`\`\`

Then restart:

\`\`\`sh
kubectl rollout restart deployment/shop
\`\`\`

1. Wait
2. Look again
`;

const read = (markdown: string, from?: string) => {
  const source = importMarkdown(markdown, { id: undefined, from });
  const { document, findings } = parseRunbook(source);
  return { source, findings, document };
};

test('headings are steps, lists are ticked off, code is shown to be confirmed, links stay', () => {
  const { document, findings } = read(PROCEDURE, 'https://wiki.example.com/restart');
  expect(findings).toEqual([]);
  expect(document?.metadata).toMatchObject({
    id: 'restart-the-shop', title: 'Restart the shop',
    links: [{ url: 'https://wiki.example.com/restart' }, { title: 'the overview', url: 'https://wiki.example.com/shop' }, { title: 'dashboard', url: 'https://grafana.example.com/d/shop' }],
  });
  expect(document?.steps.map(({ kind, name, ...step }) => [kind, name, 'with' in step ? step.with : null])).toEqual([
    ['manual', 'Restart the shop', expect.objectContaining({ instruction: 'Read [the overview](https://wiki.example.com/shop) first.' })],
    ['manual', 'Look', expect.objectContaining({ checklist: ['Is the [dashboard](https://grafana.example.com/d/shop) red?', 'Is `{{ "{{" }} template }}` in the text?'] })],
    ['manual', 'Act (1 of 3)', expect.objectContaining({ instruction: expect.stringMatching(/Drain the node:[^]*kubectl drain node-1[^]*Confirm/) })],
    ['manual', 'Act (2 of 3)', expect.objectContaining({ instruction: expect.stringContaining('kubectl rollout restart') })],
    ['manual', 'Act (3 of 3)', expect.objectContaining({ checklist: ['Wait', 'Look again'] })],
  ]);
});

test('a name that is given stands', () => {
  expect(parseRunbook(importMarkdown(PROCEDURE, { id: runbookId.parse('mine'), from: undefined })).document?.metadata.id).toBe('mine');
});

test('long lists and nothing at all', () => {
  expect(read(Array.from({ length: 120 }, (_, index) => `- point ${index}`).join('\n')).document?.steps).toHaveLength(3);
  expect(read('---').findings).toEqual([]);
  expect(read(Array.from({ length: 700 }, (_, index) => `## H${index}\n\ntext\n`).join('\n')).document?.steps).toHaveLength(500);
});

test('whatever is imported is a right runbook', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('# H', '## H', '- a', '```', '{{ x }}', '{{', '}}', '[a](https://x)', '> q', '| a | b |', '    code', '1. n', '---', '\n'));
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
    const { findings, source } = read(pieces.join('\n'));
    expect([findings.filter(({ level }) => level === 'error'), findings.length === 0 ? '' : source]).toEqual([[], '']);
  }), { numRuns: 300 });
});

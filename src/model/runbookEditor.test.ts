/** What the editor works out without a page: differences, names that fit, what becomes of a text when the stored one changes, the tree of a run. */
import { completionAt, type Names } from './completion.ts';
import { mergeStored } from './draftMerge.ts';
import { lineDiff, withContext } from './lineDiff.ts';
import { idFault, idOfTitle } from './newRunbook.ts';
import { outlineOf } from './runbookOutline.ts';
import { parse } from './runbookText.ts';
import { lineOfPath } from './yamlLines.ts';

const NAMES: Names = { inputs: ['host', 'hosts'], steps: ['check'], secrets: ['token'], runbooks: ['restart-db'], agents: ['cluster', 'site=north'] };
const at = (text: string) => {
  const found = completionAt(text, text.length, NAMES);
  return found === null ? null : { word: text.slice(found.from), options: found.options };
};

test('a difference names the lines that are new and gone, with a few around them', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].join('\n');
  expect(lineDiff(before, before.replace('b\n', 'B\nB2\n')).filter(({ kind }) => kind !== 'same')).toEqual([{ kind: 'removed', text: 'b' }, { kind: 'added', text: 'B' }, { kind: 'added', text: 'B2' }]);
  expect(withContext(lineDiff(before, before.replace('i', 'I')), 1).map((line) => line?.text ?? '…')).toEqual(['…', 'h', 'i', 'I']);
  expect(lineDiff('', 'x')).toEqual([{ kind: 'removed', text: '' }, { kind: 'added', text: 'x' }]);
});

test('names are offered where they fit', () => {
  expect(at('url: {{ inputs.ho')).toEqual({ word: 'ho', options: ['host', 'hosts'] });
  expect(at('when: steps.check.o')).toEqual({ word: 'o', options: ['output'] });
  expect(at('token: {{ secrets.')).toEqual({ word: '', options: ['token'] });
  expect(at('    kind: notif')).toEqual({ word: 'notif', options: ['notify'] });
  expect(at('    - kind: not')).toEqual({ word: 'not', options: ['notify'] });
  expect(at('      runbook: res')).toEqual({ word: 'res', options: ['restart-db'] });
  expect(at('  - id: a\n    kind: wait\n    with:\n      f')).toEqual({ word: 'f', options: ['for: '] });
  expect(at('      agent: ')).toEqual({ word: '', options: ['cluster', 'site=north'] });
  expect(at('    with: { agent: "site=')).toEqual({ word: 'site=', options: ['site=north'] });
  expect(at('  - on: fore')).toEqual({ word: 'fore', options: ['forecast'] });
  expect(at('triggers: [{ on: pre')).toEqual({ word: 'pre', options: ['prediction'] });
  expect(at('  - on: forecast\n    when: event.data.mi')).toEqual({ word: 'mi', options: ['minutes'] });
  expect(at('  - on: prediction\n    inputs: { a: "{{ event.data.mi')).toBeNull();
  expect(at('a word')).toBeNull();
});

test('what is stored is taken up, unless that would lose what was written', () => {
  const base = { version: 1, source: 'a' };
  expect(mergeStored(base, 'a', { version: 2, source: 'b' })).toEqual({ base: { version: 2, source: 'b' }, local: 'b', conflict: false });
  expect(mergeStored(base, 'mine', { version: 2, source: 'a' })).toEqual({ base: { version: 2, source: 'a' }, local: 'mine', conflict: false });
  expect(mergeStored(base, 'mine', { version: 2, source: 'b' })).toEqual({ base, local: 'mine', conflict: true });
  expect(mergeStored(base, 'b', { version: 2, source: 'b' })).toEqual({ base: { version: 2, source: 'b' }, local: 'b', conflict: false });
});

test('steps in steps follow each other, set in; each is found by its line', () => {
  const text = 'steps:\n  - id: a\n    kind: branch\n    cases:\n      - if: x\n        steps:\n          - id: b\n            kind: wait\n    otherwise: []\n  - id: c\n';
  expect(outlineOf(parse(text).value).map(({ title, depth }) => `${depth} ${title}`)).toEqual(['0 a', '1 If x', '2 b', '1 Otherwise', '0 c']);
  expect(lineOfPath(text, ['steps', 0, 'cases', 0, 'steps', 0])).toBe(7);
  expect(lineOfPath(text, ['steps', 9])).toBeNull();
});

test('a name for addresses is made of the title', () => {
  expect(idOfTitle('Überlast: Pods – neu!')).toBe('uberlast-pods-neu');
  expect(idFault('Not good')).not.toBeNull();
  expect(idFault('good-one')).toBeNull();
});

/** Cap 68: an edit of one place leaves everything else as it was written. */
import fc from 'fast-check';
import type { JsonValue } from '#contract';
import { valueAt, withValue } from './jsonEdit.ts';
import { insertStep, moveStep, parse, removeStep, setIn } from './runbookText.ts';

const SOURCE = `# Restart a service.
apiVersion: muster/v1
kind: Runbook

metadata:
  id: "restart-service"   # its address
  title: 'Restart a service'
  tags: [kubernetes,   restart]
  description: |
    One line.

    # not a comment
inputs:
- name: service
  type: string

steps:
  # Look first.
  - id: check
    kind: promql
    timeout:   30s # short
    with: { url: 'http://prometheus:9090', expr: "up" }

  # Then act.
  - kind: http
    id: restart
    with:
      url: >-
        http://host/restart
      method: POST
      headers: {}
  - id: tell # the end
    kind: statusUpdate
    with:
      text: Restarted {{ inputs.service }}
`;

/** Lines of both that are not the same in the other. */
function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const left = before.split('\n');
  const right = after.split('\n');
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return { gone: left.slice(start, left.length - end), come: right.slice(start, right.length - end) };
}

const check = (path: (string | number)[], value: JsonValue | undefined): { gone: string[]; come: string[] } => {
  const after = setIn(SOURCE, path, value);
  expect(parse(after)).toEqual({ value: withValue(parse(SOURCE).value, path, value), errors: [] });
  return changedLines(SOURCE, after);
};

describe('cap 68: an edit in the form changes its place in the text only', () => {
  test('a field on a line keeps the comment behind it', () => {
    expect(check(['steps', 0, 'timeout'], '1m')).toEqual({ gone: ['    timeout:   30s # short'], come: ['    timeout:   1m # short'] });
    expect(check(['metadata', 'id'], 'restart')).toEqual({ gone: ['  id: "restart-service"   # its address'], come: ['  id: restart   # its address'] });
  });

  test('a text over lines, a list and brackets', () => {
    expect(check(['metadata', 'description'], 'Two\nlines\n').come).toEqual(['    Two', '    lines']);
    expect(check(['metadata', 'tags'], ['a', 'b'])).toEqual({ gone: ['  tags: [kubernetes,   restart]'], come: ['  tags:', '    - a', '    - b'] });
    expect(check(['metadata', 'tags', 1], 'stop')).toEqual({ gone: ['  tags: [kubernetes,   restart]'], come: ['  tags: [kubernetes,   "stop"]'] });
    expect(check(['steps', 0, 'with', 'expr'], 'up == 0').gone).toHaveLength(1);
    expect(check(['steps', 1, 'with', 'url'], 'http://other').come).toEqual(['      url: http://other']);
  });

  test('a key more, also where what holds it is missing or empty', () => {
    expect(check(['steps', 2, 'when'], 'inputs.service != ""').gone).toEqual([]);
    expect(check(['steps', 0, 'retry', 'times'], 3).come).toEqual(['    retry:', '      times: 3']);
    expect(check(['steps', 1, 'with', 'headers', 'Accept'], 'text/plain')).toEqual({ gone: ['      headers: {}'], come: ['      headers:', '        Accept: text/plain'] });
    expect(check(['policy', 'automation'], 'approve').come).toEqual(['policy:', '  automation: approve']);
  });

  test('a key less', () => {
    expect(check(['steps', 0, 'timeout'], undefined)).toEqual({ gone: ['    timeout:   30s # short'], come: [] });
    expect(check(['steps', 1, 'kind'], undefined).come).toEqual(['  - id: restart']);
    expect(check(['inputs'], undefined).come).toEqual([]);
  });

  test('steps come, go and move with the comments right above them', () => {
    expect(changedLines(SOURCE, insertStep(SOURCE, ['steps'], 1, { id: 'pause', kind: 'wait', with: { for: '1m' } }))).toEqual({
      gone: [], come: ['  - id: pause', '    kind: wait', '    with:', '      for: 1m'],
    });
    expect(insertStep(SOURCE, ['steps'], 3, { id: 'pause', kind: 'wait' }).endsWith('{{ inputs.service }}\n  - id: pause\n    kind: wait\n')).toBe(true);
    const less = removeStep(SOURCE, ['steps', 1]);
    expect(less).not.toContain('Then act');
    expect(less).toContain('# Look first.');
    const moved = moveStep(SOURCE, ['steps'], 1, 0);
    expect(moved.indexOf('# Then act.')).toBeLessThan(moved.indexOf('# Look first.'));
    expect(moveStep(moved, ['steps'], 1, 0)).toBe(SOURCE);
    expect(moveStep(SOURCE, ['steps'], 0, 2)).toMatch(/inputs\.service \}\}\n {2}# Look first\.\n {2}- id: check/);
    const emptied = [0, 0, 0].reduce((text) => removeStep(text, ['steps', 0]), SOURCE);
    expect(valueAt(parse(emptied).value, ['steps'])).toEqual([]);
    expect(valueAt(parse(insertStep(emptied, ['steps'], 0, { id: 'a', kind: 'wait' })).value, ['steps'])).toEqual([{ id: 'a', kind: 'wait' }]);
  });

  test('what cannot be changed in the text keeps its comments all the same', () => {
    expect(setIn('a: { b: 1, c: 2 } # first\nd: 1 # second\n', ['a', 'b'], undefined)).toBe('a: { c: 2 } # first\nd: 1 # second\n');
    expect(setIn('a: &x { b: 1 } # first\nc: *x # second\n', ['a', 'b'], 2)).toBe('a: &x { b: 2 } # first\nc: *x # second\n');
    expect(parse('a: *nobody').errors).toHaveLength(1);
    expect(parse('a: [').errors[0]).toMatchObject({ line: 1 });
    expect(() => setIn('a: [', ['a'], 1)).toThrow('not YAML');
  });

  test('whatever one field is set to, the value is so, and no other line is another', () => {
    const fields: (string | number)[][] = [
      ['metadata', 'id'], ['metadata', 'title'], ['metadata', 'description'], ['inputs', 0, 'type'], ['steps', 0, 'timeout'], ['steps', 1, 'id'], ['steps', 1, 'with', 'url'], ['steps', 2, 'with', 'text'],
      ['steps', 0, 'with', 'expr'],
    ];
    const scalar = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constantFrom('a\nb', 'a\n', '\n', '# no', '- a', 'a: b', '{{ x }}', 'yes', 'null', '012', ' a', 'a '));
    fc.assert(fc.property(fc.constantFrom(...fields), scalar, (path, value) => {
      const after = setIn(SOURCE, path, value);
      expect(valueAt(parse(after).value, path)).toBe(value);
      const { gone } = changedLines(SOURCE, after);
      expect(gone.length).toBeLessThanOrEqual(path.at(-1) === 'description' ? 4 : 2);
      // Back again, all that says something else is as it was.
      const other = [...path.slice(0, -1), 'other'];
      expect(parse(setIn(after, other, undefined)).value).toEqual(parse(after).value);
    }), { numRuns: 300 });
  });
});

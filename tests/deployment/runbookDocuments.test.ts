/** What is written of runbooks is true: the schema for editors, the reference, and every example. */
import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { runbookSchema } from '../../backend/platform/http/runbookSchema.ts';
import { parseRunbook } from '../../backend/response/runbooks/format/index.ts';
import { withReference } from '../../scripts/runbookReference.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const folder = (path: string): string[] => readdirSync(new URL(`../../${path}`, import.meta.url)).filter((name) => name.endsWith('.yaml')).map((name) => `${path}/${name}`);

test('docs/runbook.schema.json is the schema of now: `npm run build` writes it', () => {
  expect(JSON.parse(read('docs/runbook.schema.json'))).toEqual(JSON.parse(JSON.stringify(runbookSchema())));
});

test('the reference in docs/runbooks.md is that of now: `node scripts/writeRunbookDocs.ts` writes it', () => {
  const document = read('docs/runbooks.md');
  expect(withReference(document)).toBe(document);
});

const examples = [...read('docs/runbooks.md').matchAll(/```yaml\n(apiVersion: muster\/v1\n[^]*?)```/g)].map(([, source = '']) => source);

test('the examples of docs/runbooks.md are right', () => {
  expect(examples.length).toBeGreaterThan(0);
  for (const source of examples) expect(parseRunbook(source).findings).toEqual([]);
});

test.each([...folder('provisioning/muster/runbooks'), ...folder('backend/response/runbooks/builtIn')])('%s fits the schema for editors, without a warning', (path) => {
  const validate = new Ajv({ strict: false }).compile(runbookSchema());
  validate(parse(read(path)));
  expect(validate.errors).toBeNull();
  expect(parseRunbook(read(path)).findings).toEqual([]);
});

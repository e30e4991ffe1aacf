import { OPERATION_NAMES, operations, type Operation } from '#contract';
import { openApiDocument } from './openapi.ts';

const text = JSON.stringify(openApiDocument('1.2.3'));
const document: unknown = JSON.parse(text);

function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined), document);
}

test('is the same every time', () => {
  expect(JSON.stringify(openApiDocument('1.2.3'))).toBe(text);
});

test.each(OPERATION_NAMES.map((name) => ({ name })))('describes $name with its parts and problems', ({ name }) => {
  const operation: Operation = operations[name];
  const place = ['paths', operation.path, operation.method];
  expect(at([...place, 'operationId'])).toBe(name);
  expect(at([...place, 'responses', String(operation.status ?? 200), 'content'])).toBeDefined();
  // Refusals are described once and referred to.
  const refusal = at([...place, 'responses', '403', '$ref']);
  expect(at([...String(refusal).split('/').slice(1), 'content', 'application/problem+json', 'schema'])).toBeDefined();
  expect(at([...place, 'requestBody']) !== undefined).toBe(operation.body !== undefined);
  const parameters = JSON.stringify(at([...place, 'parameters']) ?? []);
  for (const [, parameter] of operation.path.matchAll(/\{(\w+)\}/g)) expect(parameters).toContain(`"name":"${parameter}"`);
  expect(parameters.includes('"If-Match"')).toBe(operation.ifMatch === 'required' || (operation.ifMatch === 'optional' && operation.method !== 'get'));
  expect(parameters.includes('"Idempotency-Key"')).toBe(operation.method === 'post');
});

test('points nowhere that is not there', () => {
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(references.filter((reference) => at(reference.split('/')) === undefined)).toEqual([]);
});

test('names its version and how callers prove themselves', () => {
  expect(at(['openapi'])).toBe('3.1.0');
  expect(at(['info', 'version'])).toBe('1.2.3');
  expect(Object.keys(Object(at(['components', 'securitySchemes'])))).toEqual(['apiToken', 'pluginToken', 'grafanaIdentity']);
});

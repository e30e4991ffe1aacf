import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { OPERATION_NAMES, operations, type Operation } from '#contract';
import { compactJson } from './compactJson.ts';
import { openApiDocument } from './openapi.ts';

const text = JSON.stringify(openApiDocument('1.2.3'));
const document: unknown = JSON.parse(text);

function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined), document);
}

/** With each `$ref` to a parameter replaced by what it points to. */
function resolved(parameters: unknown): unknown[] {
  if (!Array.isArray(parameters)) throw new Error('no list of parameters');
  return parameters.map((parameter: unknown) => {
    const reference = typeof parameter === 'object' && parameter !== null && '$ref' in parameter ? String(parameter.$ref) : null;
    return reference === null ? parameter : at(reference.split('/').slice(1));
  });
}

/** What OpenAPI 3.1 asks of the parts that we use; schemas are checked by compiling them. */
const STRUCTURE = {
  $defs: {
    reference: { type: 'object', required: ['$ref'], properties: { $ref: { type: 'string', pattern: '^#/components/' } }, additionalProperties: false },
    schema: { type: ['object', 'boolean'] },
    content: {
      type: 'object', minProperties: 1, propertyNames: { pattern: '^[a-z]+/[a-z.+-]+$' },
      additionalProperties: { type: 'object', required: ['schema'], properties: { schema: { $ref: '#/$defs/schema' } }, additionalProperties: false },
    },
    parameter: {
      type: 'object', required: ['name', 'in', 'schema'], additionalProperties: false,
      properties: { name: { type: 'string' }, in: { enum: ['path', 'query', 'header'] }, required: { type: 'boolean' }, schema: { $ref: '#/$defs/schema' }, description: { type: 'string' } },
      if: { properties: { in: { const: 'path' } } }, then: { required: ['required'], properties: { required: { const: true } } },
    },
    response: { type: 'object', required: ['description'], properties: { description: { type: 'string' }, content: { $ref: '#/$defs/content' } }, additionalProperties: false },
    operation: {
      type: 'object', required: ['operationId', 'responses', 'summary', 'tags'], additionalProperties: false,
      properties: {
        operationId: { type: 'string', pattern: '^[a-zA-Z]+$' }, summary: { type: 'string', minLength: 3 }, tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
        parameters: { type: 'array', minItems: 1, uniqueItems: true, items: { if: { required: ['$ref'] }, then: { $ref: '#/$defs/reference' }, else: { $ref: '#/$defs/parameter' } } },
        requestBody: { type: 'object', required: ['content'], properties: { required: { type: 'boolean' }, content: { $ref: '#/$defs/content' } }, additionalProperties: false },
        responses: {
          type: 'object', propertyNames: { pattern: '^[1-5][0-9][0-9]$' },
          additionalProperties: { if: { required: ['$ref'] }, then: { $ref: '#/$defs/reference' }, else: { $ref: '#/$defs/response' } },
        },
      },
    },
  },
  type: 'object', required: ['openapi', 'info', 'paths', 'components'], additionalProperties: false,
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'], properties: { title: { type: 'string' }, version: { type: 'string' }, description: { type: 'string' }, license: { type: 'object', required: ['name'] } }, additionalProperties: false },
    servers: { type: 'array', items: { type: 'object', required: ['url'] } },
    security: { type: 'array', items: { type: 'object', additionalProperties: { type: 'array' } } },
    paths: {
      type: 'object', propertyNames: { pattern: '^/' },
      additionalProperties: { type: 'object', minProperties: 1, propertyNames: { enum: ['get', 'post', 'put', 'patch', 'delete'] }, additionalProperties: { $ref: '#/$defs/operation' } },
    },
    components: {
      type: 'object', additionalProperties: false,
      properties: {
        schemas: { $ref: '#/$defs/named' }, parameters: { $ref: '#/$defs/named', additionalProperties: { $ref: '#/$defs/parameter' } },
        responses: { $ref: '#/$defs/named', additionalProperties: { $ref: '#/$defs/response' } },
        securitySchemes: { $ref: '#/$defs/named', additionalProperties: { type: 'object', required: ['type'] } },
      },
    },
  },
};
const NAMED = { type: 'object', propertyNames: { pattern: '^[a-zA-Z0-9._-]+$' } };

function schemasIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'schema' in value && typeof value.schema === 'object' && value.schema !== null ? [value.schema] : [];
  return [...own, ...Object.values(value).flatMap(schemasIn)];
}

test('has the structure that OpenAPI 3.1 asks for', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = ajv.compile({ ...STRUCTURE, $defs: { ...STRUCTURE.$defs, named: NAMED } });

  validate(document);

  expect(validate.errors ?? []).toEqual([]);
});

test('has schemas that are JSON Schema 2020-12, each of which compiles', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, validateSchema: true });
  addFormats.default(ajv);
  const components: unknown = JSON.parse(JSON.stringify(at(['components', 'schemas'])));
  const root = { $id: 'root', components: { schemas: components } };
  ajv.addKeyword('components');
  ajv.addSchema(root);
  const schemas = [...schemasIn(document), ...Object.values(Object(components))];

  for (const schema of schemas) {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"root#/components/');
    expect(() => ajv.compile(JSON.parse(text))).not.toThrow();
  }
  expect(schemas.length).toBeGreaterThan(OPERATION_NAMES.length);
});

test('writes large schemas and common parameters once, and refers to them', () => {
  const seen = new Map<string, number>();
  for (const schema of schemasIn(at(['paths']))) {
    const key = JSON.stringify(schema);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const repeated = [...seen].filter(([schema, times]) => times > 1 && schema.length > 200).map(([schema]) => schema);

  expect(repeated).toEqual([]);
});

test('is in docs/api as it is served, so that a change of the contract shows', () => {
  const written: unknown = JSON.parse(readFileSync('docs/api/openapi.json', 'utf8'));
  const served: unknown = JSON.parse(JSON.stringify(openApiDocument(versionOf(written))));

  expect(written).toEqual(served);
  expect(readFileSync('docs/api/openapi.json', 'utf8')).toBe(compactJson(served));
});

function versionOf(written: unknown): string {
  const info: unknown = Object(written).info;
  return String(Object(info).version);
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
  const parameters = JSON.stringify(resolved(at([...place, 'parameters']) ?? []));
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

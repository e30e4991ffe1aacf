/** The OpenAPI 3.1 document, made from the contract: the same table that routes and validates. */
import { OPERATION_NAMES, operations, problem, type Operation } from '#contract';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';

const ifMatchHeader = z.object({ 'If-Match': z.string().describe('the ETag of the version that the change is based on, like "7"') });
const idempotencyHeader = z.object({ 'Idempotency-Key': z.string().max(200).describe('a repeat with the same key gets the first answer').optional() });

const PROBLEM_RESPONSES = {
  '400': 'A field is wrong; `errors` names it',
  '403': 'Not proven, or not allowed; `extra.reason` says which',
  '404': 'There is no such thing',
  '409': 'The present state does not permit it; `detail` says what happened meanwhile',
  '412': 'Somebody changed it since the version in If-Match',
  '428': 'If-Match is missing',
} as const;

function problemResponses(operation: Operation): ZodOpenApiOperationObject['responses'] {
  const codes = Object.entries(PROBLEM_RESPONSES).filter(([code]) => {
    if (code === '412') return operation.ifMatch !== undefined;
    if (code === '428') return operation.ifMatch === 'required';
    if (code === '409') return operation.method !== 'get';
    if (code === '404') return operation.params !== undefined;
    return true;
  });
  return Object.fromEntries(codes.map(([code, description]) => [code, { description, content: { 'application/problem+json': { schema: problem } } }]));
}

function headersOf(operation: Operation): z.ZodObject | null {
  const parts: z.ZodObject[] = [];
  if (operation.ifMatch === 'required') parts.push(ifMatchHeader);
  if (operation.ifMatch === 'optional' && operation.method !== 'get') parts.push(ifMatchHeader.partial());
  if (operation.method === 'post') parts.push(idempotencyHeader);
  return parts.reduce<z.ZodObject | null>((all, part) => (all === null ? part : all.extend(part.shape)), null);
}

function toOperation(name: string, operation: Operation): ZodOpenApiOperationObject {
  const headers = headersOf(operation);
  const stream = name === 'streamEvents';
  return {
    operationId: name,
    summary: operation.summary,
    tags: [operation.tag],
    requestParams: {
      ...(operation.params === undefined ? {} : { path: operation.params }),
      ...(operation.query === undefined ? {} : { query: operation.query }),
      ...(headers === null ? {} : { header: headers }),
    },
    ...(operation.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: operation.body } } } }),
    responses: {
      [String(operation.status ?? 200)]: {
        description: operation.summary,
        content: { [stream ? 'text/event-stream' : 'application/json']: { schema: operation.response } },
      },
      ...problemResponses(operation),
    },
  };
}

/** The document. The same contract gives the same bytes. */
export function openApiDocument(version: string): ReturnType<typeof createDocument> {
  const paths: Record<string, ZodOpenApiPathsObject[string]> = {};
  for (const name of OPERATION_NAMES) {
    const operation: Operation = operations[name];
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toOperation(name, operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Muster API', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Major incident management inside Grafana. The plugin calls it through Grafana’s proxy; programs call it with an API token.',
    },
    servers: [{ url: '/api' }],
    security: [{ apiToken: [] }, { pluginToken: [], grafanaIdentity: [] }],
    components: {
      securitySchemes: {
        apiToken: { type: 'http', scheme: 'bearer', description: 'A token made under Settings, Access (mst_…)' },
        pluginToken: { type: 'http', scheme: 'bearer', description: 'The secret that the plugin’s route adds; counts only together with grafanaIdentity' },
        grafanaIdentity: { type: 'apiKey', in: 'header', name: 'X-Grafana-Id', description: 'The ID token that Grafana signs' },
      },
    },
    paths,
  });
}

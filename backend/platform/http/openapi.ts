/** The OpenAPI 3.1 document, made from the contract: the same table that routes and validates. */
import { OPERATION_NAMES, liveEvent, operations, problem, type Operation } from '#contract';
import { z } from 'zod';
import { withSharedParameters, type OpenApiDocument } from './sharedParameters.ts';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, type ZodOpenApiResponseObject } from 'zod-openapi';

const ifMatchHeader = z.object({ 'If-Match': z.string().describe('the ETag of the version that the change is based on, like "7"') });
const idempotencyHeader = z.object({ 'Idempotency-Key': z.string().max(200).describe('a repeat with the same key gets the first answer').optional() });

/** What any refusal may be; each is one component that the operations refer to. */
const PROBLEMS = {
  '400': { id: 'Invalid', description: 'A field is wrong; `errors` names it' },
  '403': { id: 'Denied', description: 'Not proven, or not allowed; `extra.reason` says which' },
  '404': { id: 'NotFound', description: 'There is no such thing' },
  '409': { id: 'Conflict', description: 'The present state does not permit it; `detail` says what happened meanwhile' },
  '412': { id: 'VersionMismatch', description: 'Somebody changed it since the version in If-Match' },
  '413': { id: 'TooLarge', description: 'The body is too large' },
  '428': { id: 'PreconditionRequired', description: 'If-Match is missing' },
  '503': { id: 'Unavailable', description: 'Something that Muster needs is away; come again after `Retry-After` seconds' },
} as const;
type ProblemStatus = keyof typeof PROBLEMS;
const PROBLEM_STATUSES = ['400', '403', '404', '409', '412', '413', '428', '503'] as const satisfies readonly ProblemStatus[];

/** Made once: the library takes a response for a component by its identity. */
const PROBLEM_RESPONSES = PROBLEM_STATUSES.map((status): readonly [ProblemStatus, ZodOpenApiResponseObject] => {
  const { id, description } = PROBLEMS[status];
  return [status, { id, description, content: { 'application/problem+json': { schema: problem } } }];
});

function mayAnswer(operation: Operation, status: ProblemStatus): boolean {
  switch (status) {
    case '400':
    case '403':
    case '503':
      return true;
    case '404':
      return operation.params !== undefined;
    case '409':
      return operation.method !== 'get';
    case '412':
      return operation.ifMatch !== undefined && operation.method !== 'get';
    case '413':
      return operation.body !== undefined;
    case '428':
      return operation.ifMatch === 'required';
  }
}

function problemResponses(operation: Operation): Record<string, ZodOpenApiResponseObject> {
  const responses: Record<string, ZodOpenApiResponseObject> = {};
  for (const [status, response] of PROBLEM_RESPONSES) if (mayAnswer(operation, status)) responses[status] = response;
  return responses;
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
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, ZodOpenApiPathsObject[string]> = {};
  for (const name of OPERATION_NAMES) {
    const operation: Operation = operations[name];
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toOperation(name, operation) };
  }
  return withSharedParameters(createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Muster API', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Major incident management inside Grafana. The plugin calls it through Grafana’s proxy; programs call it with an API token.',
    },
    servers: [{ url: '/api' }],
    security: [{ apiToken: [] }, { pluginToken: [], grafanaIdentity: [] }],
    components: {
      // What the stream's data lines are; no answer refers to it.
      schemas: { LiveEvent: liveEvent },
      securitySchemes: {
        apiToken: { type: 'http', scheme: 'bearer', description: 'A token made under Settings, Access (mst_…)' },
        pluginToken: { type: 'http', scheme: 'bearer', description: 'The secret that the plugin’s route adds; counts only together with grafanaIdentity' },
        grafanaIdentity: { type: 'apiKey', in: 'header', name: 'X-Grafana-Id', description: 'The ID token that Grafana signs' },
      },
    },
    paths,
  }));
}

/** Checks answers against the OpenAPI document that a running service gives out. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { operations, type Operation, type OperationName } from '../../backend/contract/index.ts';

export interface DocumentChecks {
  /** What is wrong with an answer, by the document; empty when all is well. */
  faultsOf(name: OperationName, status: number, contentType: string, body: unknown): string[];
  /** What is wrong with a value, by a schema of the components. */
  faultsOfSchema(schema: string, value: unknown): string[];
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined), document);
}

function pointer(path: readonly string[]): string {
  return path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
}

function told(errors: readonly ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`);
}

/** Reads the document. */
export async function readDocument(url: string): Promise<DocumentChecks> {
  const document: unknown = await (await fetch(`${url}/api/openapi.json`)).json();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', ...Object(document) }, 'api', false, false);

  const compiled = new Map<string, ValidateFunction>();

  /** Follows the reference that a shared answer is. */
  function place(path: readonly string[]): readonly string[] {
    const reference = at(document, [...path, '$ref']);
    return typeof reference === 'string' ? reference.split('/').slice(1) : path;
  }

  function check(path: readonly string[], value: unknown): string[] {
    const key = pointer(path);
    const validate = compiled.get(key) ?? ajv.compile({ $ref: `api#/${key}` });
    compiled.set(key, validate);
    validate(value);
    return told(validate.errors);
  }

  return {
    faultsOf(name, status, contentType, body) {
      const { path, method }: Operation = operations[name];
      const response = place(['paths', path, method, 'responses', String(status)]);
      const content = at(document, [...response, 'content']);
      const type = contentType.split(';')[0] ?? '';
      if (typeof content !== 'object' || content === null) return [`status ${status} is not in the document: ${JSON.stringify(body)}`];
      if (!(type in content)) return [`${type} is not in the document, but ${Object.keys(content).join()}`];
      return check([...response, 'content', type, 'schema'], body);
    },
    faultsOfSchema: (schema, value) => check(['components', 'schemas', schema], value),
  };
}

/** Parameters that several operations have are written once in an OpenAPI document, and referred to. */
import type { createDocument } from 'zod-openapi';

export type OpenApiDocument = ReturnType<typeof createDocument>;
type PathItem = NonNullable<OpenApiDocument['paths']>[string];
type Parameters = NonNullable<NonNullable<PathItem['get']>['parameters']>;
type Parameter = Parameters[number];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function operationsOf(document: OpenApiDocument): { parameters?: Parameters | undefined }[] {
  return Object.values(document.paths ?? {}).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
}

/** Names each parameter that comes twice or more, by its text. Two of one name but another shape get numbers. */
function nameShared(all: readonly Parameter[]): Map<string, { name: string; parameter: Parameter }> {
  const counts = new Map<string, number>();
  for (const parameter of all) counts.set(JSON.stringify(parameter), (counts.get(JSON.stringify(parameter)) ?? 0) + 1);
  const shared = new Map<string, { name: string; parameter: Parameter }>();
  const taken = new Set<string>();
  for (const parameter of all) {
    const text = JSON.stringify(parameter);
    if ((counts.get(text) ?? 0) < 2 || shared.has(text) || !('name' in parameter)) continue;
    let name = parameter.name;
    for (let number = 2; taken.has(name); number += 1) name = `${parameter.name}.${number}`;
    taken.add(name);
    shared.set(text, { name, parameter });
  }
  return shared;
}

/** The document with its shared parameters as components. Changes the operations of the one given. */
export function withSharedParameters(document: OpenApiDocument): OpenApiDocument {
  const operations = operationsOf(document);
  const shared = nameShared(operations.flatMap((operation) => operation.parameters ?? []));
  for (const operation of operations) {
    if (operation.parameters === undefined) continue;
    if (operation.parameters.length === 0) {
      delete operation.parameters;
      continue;
    }
    operation.parameters = operation.parameters.map((parameter) => {
      const name = shared.get(JSON.stringify(parameter))?.name;
      return name === undefined ? parameter : { $ref: `#/components/parameters/${name}` };
    });
  }
  const parameters = Object.fromEntries([...shared.values()].map(({ name, parameter }) => [name, parameter]));
  return { ...document, components: { ...document.components, parameters } };
}

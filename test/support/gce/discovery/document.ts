import document from './compute.json' with { type: 'json' };

/** A type of the discovery document. */
export interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly annotations?: { readonly required?: readonly string[] };
}

/** A value of the path or the query. */
export interface Parameter extends Schema {
  readonly location: string;
  readonly required?: boolean;
  readonly repeated?: boolean;
}

/** A call of the API. */
export interface Method {
  /** "compute.instances.insert" */
  readonly id: string;
  readonly httpMethod: string;
  /** "projects/{project}/zones/{zone}/instances" */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly request?: { readonly $ref: string };
  readonly response?: { readonly $ref: string };
}

const { methods, schemas, parameters } = document as unknown as {
  readonly methods: Readonly<Record<string, Method>>;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
};

/** Parameters that every call takes. */
export const commonParameters: Readonly<Record<string, Parameter>> = parameters;

/** Of Google's own names only those that cut.py keeps are known. */
export function schemaOf(name: string): Schema {
  const found = schemas[name];
  if (found === undefined) throw new Error(`compute.json has no schema ${name}`);
  return found;
}

interface Route {
  /** "instances.insert" */
  readonly name: string;
  readonly method: Method;
  readonly pattern: RegExp;
}

const routes: readonly Route[] = Object.entries(methods).map(([name, method]) => ({
  name,
  method,
  pattern: new RegExp(`^${method.path.replace(/\{\+?(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** A call and the values of its path. */
export interface Routed {
  readonly name: string;
  readonly method: Method;
  readonly path: Readonly<Record<string, string>>;
}

/** The call of a request, whose path lies below "/compute/v1/"; undefined when the API has none there. */
export function route(httpMethod: string, path: string): Routed | undefined {
  for (const { name, method, pattern } of routes) {
    if (method.httpMethod !== httpMethod) continue;
    const groups = pattern.exec(path)?.groups;
    // A family is found before an image of that name, because its path is longer.
    if (groups !== undefined) return { name, method, path: decoded(groups) };
  }
  return undefined;
}

function decoded(groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

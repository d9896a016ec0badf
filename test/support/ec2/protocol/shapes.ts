/** The SDK's run-time schemas (the exports that end in "$"), in a form that is easy to walk. */

export interface Member {
  readonly name: string;
  /** Element name in a reply. */
  readonly xmlName: string;
  /** Name in an EC2 request. */
  readonly ec2Name: string;
  /** Name in a request of the plain query protocol (IAM, STS). */
  readonly queryName: string;
  readonly header: string | undefined;
  readonly inQuery: string | undefined;
  readonly inPath: boolean;
  readonly payload: boolean;
  readonly flat: boolean;
  readonly required: boolean;
  /** Looked up late: shapes refer to themselves. */
  shape(): Shape;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly name: string;
  readonly members: readonly Member[];
}

export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'document' | 'unit' }
  | { readonly kind: 'timestamp'; readonly format: 'iso' | 'http' | 'epoch' }
  | { readonly kind: 'list'; readonly itemName: string; readonly flat: boolean; item(): Shape }
  | { readonly kind: 'map'; readonly flat: boolean; value(): Shape }
  | StructShape;

export interface Operation {
  readonly name: string;
  /** Method, path template and status of the REST protocols. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
  readonly input: Shape;
  readonly output: Shape;
}

const known = new Map<unknown, Shape>();

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textTrait(traits: unknown, name: string): string | undefined {
  const value = isRecord(traits) ? traits[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function flag(traits: unknown, name: string): boolean {
  return isRecord(traits) && traits[name] === 1;
}

/** Traits that are plain flags come as a number; bit 0 is httpLabel, bit 4 is httpPayload. */
function bit(traits: unknown, index: number): boolean {
  return typeof traits === 'number' && (traits & (1 << index)) !== 0;
}

/** A member's or an item's reference: the shape alone, or the shape and its traits. */
function split(reference: unknown): { readonly target: unknown; readonly traits: unknown } {
  if (Array.isArray(reference) && reference.length === 2) {
    const [target, traits] = reference as readonly unknown[];
    return { target, traits };
  }
  return { target: reference, traits: 0 };
}

function resolve(reference: unknown): unknown {
  return typeof reference === 'function' ? (reference as () => unknown)() : reference;
}

function plain(code: number): Shape {
  if (code >= 128) return { kind: 'map', flat: false, value: () => plain(code - 128) };
  if (code >= 64) return { kind: 'list', itemName: 'member', flat: false, item: () => plain(code - 64) };
  switch (code) {
    case 0:
      return { kind: 'string' };
    case 1:
    case 17:
    case 19:
      return { kind: 'number' };
    case 2:
      return { kind: 'boolean' };
    case 4:
    case 5:
      return { kind: 'timestamp', format: 'iso' };
    case 6:
      return { kind: 'timestamp', format: 'http' };
    case 7:
      return { kind: 'timestamp', format: 'epoch' };
    case 21:
    case 42:
      return { kind: 'blob' };
    default:
      return { kind: 'document' };
  }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function memberOf(name: string, reference: unknown, required: boolean): Member {
  const { target, traits } = split(reference);
  const xmlName = textTrait(traits, 'xmlName');
  return {
    name,
    xmlName: xmlName ?? name,
    ec2Name: textTrait(traits, 'ec2QueryName') ?? capital(xmlName ?? name),
    queryName: xmlName ?? name,
    header: textTrait(traits, 'httpHeader'),
    inQuery: textTrait(traits, 'httpQuery'),
    inPath: bit(traits, 0) || flag(traits, 'httpLabel'),
    payload: bit(traits, 4) || flag(traits, 'httpPayload'),
    flat: flag(traits, 'xmlFlattened'),
    required,
    shape: () => shapeOf(target),
  };
}

function structOf(schema: readonly unknown[]): StructShape {
  const [, , name, , names, references, required]: readonly unknown[] = schema;
  const memberNames: readonly unknown[] = Array.isArray(names) ? names : [];
  const memberShapes: readonly unknown[] = Array.isArray(references) ? references : [];
  const needed = typeof required === 'number' ? required : 0;
  return {
    kind: 'struct',
    name: String(name),
    members: memberNames.map((member, index) => memberOf(String(member), memberShapes[index], index < needed)),
  };
}

function build(schema: unknown): Shape {
  if (schema === 'unit' || schema === undefined) return { kind: 'unit' };
  if (typeof schema === 'number') return plain(schema);
  if (!Array.isArray(schema)) throw new Error(`not a schema: ${JSON.stringify(schema)}`);
  const parts: readonly unknown[] = schema;
  if (parts.length === 2) return shapeOf(parts[0]);
  const traits = parts[3];
  switch (parts[0]) {
    case 0:
      return shapeOf(parts[4]);
    case 1: {
      const item = split(parts[4]);
      return {
        kind: 'list',
        itemName: textTrait(item.traits, 'xmlName') ?? 'member',
        flat: flag(traits, 'xmlFlattened'),
        item: () => shapeOf(item.target),
      };
    }
    case 2:
      return { kind: 'map', flat: flag(traits, 'xmlFlattened'), value: () => shapeOf(split(parts[5]).target) };
    default:
      return structOf(parts);
  }
}

/** The shape behind a schema or a reference to one. */
export function shapeOf(reference: unknown): Shape {
  const schema = resolve(reference);
  const found = known.get(schema);
  if (found !== undefined) return found;
  const shape = build(schema);
  known.set(schema, shape);
  return shape;
}

/** The operations of a client package by name. */
export function operationsOf(client: Readonly<Record<string, unknown>>): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [name, schema] of Object.entries(client)) {
    if (!name.endsWith('$') || !Array.isArray(schema) || schema[0] !== 9) continue;
    const [, , operation, traits, input, output] = schema as readonly unknown[];
    const http = isRecord(traits) && Array.isArray(traits['http']) ? (traits['http'] as readonly unknown[]) : undefined;
    operations.set(String(operation), {
      name: String(operation),
      http: http && { method: String(http[0]), path: String(http[1]), status: Number(http[2]) },
      input: shapeOf(input),
      output: shapeOf(output),
    });
  }
  return operations;
}

import { GoogleProblem, invalidJson, invalidValue } from '../problem.ts';
import { schemaOf, type Schema } from './document.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const INTEGER = /^-?\d+$/;

function isWhole(value: unknown): boolean {
  return Number.isInteger(value) || (typeof value === 'string' && INTEGER.test(value));
}

/** JSON of protocol buffers: whole numbers of 64 bits are texts, and those of 32 may be. */
function fits({ type, format = '' }: Schema, value: unknown): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return isWhole(value);
  if (type === 'number') return typeof value === 'number';
  return /^u?int64$/.test(format) ? isWhole(value) : typeof value === 'string';
}

interface Place {
  /** "resource.disks[0].type" */
  readonly field: string;
  /** "compute.instances.insert" */
  readonly method: string;
}

function checkPlain(schema: Schema, value: unknown, { field }: Place): void {
  if (!fits(schema, value)) {
    const kind =
      schema.type === 'boolean' ? 'TYPE_BOOL' : /int|number/.test(`${schema.type}`) ? 'TYPE_INT32' : 'TYPE_STRING';
    throw invalidJson(`Invalid value at '${field}' (${kind}), ${JSON.stringify(value)}`, field);
  }
  if (typeof value !== 'string') return;
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    throw invalidJson(
      `Invalid value at '${field}' (type.googleapis.com/google.cloud.compute.v1.Enum), "${value}"`,
      field,
    );
  }
  if (schema.pattern !== undefined && !new RegExp(`^(?:${schema.pattern})$`).test(value)) {
    throw invalidValue(field, value, `Must be a match of regex '${schema.pattern}'`);
  }
}

function checkMembers(schema: Schema, value: unknown, place: Place): void {
  const { field, method } = place;
  if (!isRecord(value))
    throw invalidJson(`Invalid value at '${field}' (TYPE_MESSAGE), ${JSON.stringify(value)}`, field);
  for (const [name, inner] of Object.entries(value)) {
    const known = schema.properties?.[name] ?? schema.additionalProperties;
    if (known === undefined) {
      const message = `Invalid JSON payload received. Unknown name "${name}" at '${field}': Cannot find field.`;
      throw invalidJson(message, field);
    }
    check(known, inner, { field: `${field}.${name}`, method });
  }
  for (const [name, { annotations }] of Object.entries(schema.properties ?? {})) {
    if (annotations?.required?.includes(method) !== true || (value[name] ?? '') !== '') continue;
    throw new GoogleProblem(400, 'required', `Required field '${field}.${name}' not specified`);
  }
}

function check(schema: Schema, value: unknown, place: Place): void {
  // Google's servers take null for a member that is not given.
  if (value === null) return;
  if (schema.$ref !== undefined) {
    check(schemaOf(schema.$ref), value, place);
  } else if (schema.type === 'object') {
    checkMembers(schema, value, place);
  } else if (schema.type === 'array') {
    if (!Array.isArray(value))
      throw invalidJson(`Invalid value at '${place.field}', ${JSON.stringify(value)}`, place.field);
    const { items = {} } = schema;
    value.forEach((each, index) => check(items, each, { ...place, field: `${place.field}[${index}]` }));
  } else if (schema.type !== 'any') {
    checkPlain(schema, value, place);
  }
}

/**
 * Looks whether a body fits what its method takes, and a reply what it gives.
 * @throws GoogleProblem with the words of Google's servers
 */
export function checkBody(schema: string, value: unknown, method: string, field = 'resource'): void {
  check(schemaOf(schema), value, { field, method });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isUuid } from '../ids.ts';

/** What is wrong with a body: where, the value there, and why, in the words of Python's jsonschema. */
export interface Complaint {
  readonly field: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly reason: string;
}

type Versions = readonly (readonly [string, object])[];

const FORMATS = {
  uuid: isUuid,
  base64: (text: string) => /^[A-Za-z0-9+/=\s!]*$/.test(text),
  ipv4: (text: string) => /^\d+\.\d+\.\d+\.\d+$/.test(text),
  ipv6: (text: string) => /^[0-9a-f:.]+$/i.test(text),
  name: (text: string) => text.trim() === text && text !== '',
  keypair_name_20: (text: string) => /^[\w\- ]+$/.test(text),
  keypair_name_292: (text: string) => /^[\w\- @.]+$/.test(text),
  regex: true,
  'date-time': true,
  name_non_mandatory_remove_white_spaces: true,
  description_non_mandatory_remove_white_spaces: true,
} as const;

const ajv = new Ajv({
  strict: false,
  validateSchema: false,
  unicodeRegExp: false,
  formats: FORMATS,
  verbose: true,
  addUsedSchema: false,
});

/** A value as Python writes it. */
export function inPython(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(inPython).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, inner]) => `'${name}': ${inPython(inner)}`)
      .join(', ')}}`;
  }
  return typeof value === 'number' ? String(value) : '?';
}

function listed(values: unknown): string {
  return (Array.isArray(values) ? values : [values]).map(inPython).join(', ');
}

function reasonOf({ keyword, params, data, message, parentSchema = {} }: ErrorObject): string {
  const facts = params as Readonly<Record<string, unknown>>;
  if (keyword === 'required') return `${inPython(facts['missingProperty'])} is a required property`;
  if (keyword === 'additionalProperties') {
    const { patternProperties: patterns } = parentSchema as { readonly patternProperties?: object };
    if (patterns !== undefined) {
      return `${inPython(facts['additionalProperty'])} does not match any of the regexes: ${listed(Object.keys(patterns))}`;
    }
    return `Additional properties are not allowed (${inPython(facts['additionalProperty'])} was unexpected)`;
  }
  if (keyword === 'type') return `${inPython(data)} is not of type ${listed(facts['type'])}`;
  if (keyword === 'enum') return `${inPython(data)} is not one of [${listed(facts['allowedValues'])}]`;
  return `${inPython(data)}: ${message ?? keyword}`;
}

const compiled = new Map<string, ValidateFunction>();
const files = new Map<string, Readonly<Record<string, Versions>>>();

function schemasOf(service: string): Readonly<Record<string, Versions>> {
  const known = files.get(service);
  if (known !== undefined) return known;
  const text = readFileSync(join(import.meta.dirname, `${service}.json`), 'utf8');
  const read = JSON.parse(text) as Readonly<Record<string, Versions>>;
  files.set(service, read);
  return read;
}

/** The schema of a request by the second number of the microversion, as the service itself has it. */
function validator(service: string, name: string, minor: number): ValidateFunction {
  const versions = schemasOf(service)[name];
  const index = versions?.findLastIndex(([since]) => Number(since.split('.')[1] ?? 0) <= minor) ?? -1;
  const schema = versions?.[index]?.[1];
  if (schema === undefined) throw new Error(`no schema ${name} of ${service} at ${minor}`);
  const key = `${service} ${name} ${index}`;
  const validate = compiled.get(key) ?? ajv.compile(schema);
  compiled.set(key, validate);
  return validate;
}

/** The first thing that is wrong with a body by the recorded schema; undefined when it fits. */
export function complaintAbout(service: string, name: string, minor: number, body: unknown): Complaint | undefined {
  const validate = validator(service, name, minor);
  if (validate(body)) return undefined;
  const [error] = validate.errors ?? [];
  if (error === undefined) throw new Error('no error');
  const path = error.instancePath.split('/').slice(1);
  const field = path.findLast((each) => !/^\d+$/.test(each)) ?? 'None';
  return { field, path, value: error.data, reason: reasonOf(error) };
}

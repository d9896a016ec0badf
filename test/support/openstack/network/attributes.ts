import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../call.ts';
import { isUuid } from '../ids.ts';
import { badRequest } from '../problem.ts';
import { inPython } from '../recorded/schemas.ts';

/** What Neutron's own table says of an attribute. */
interface Attribute {
  readonly post: boolean;
  readonly put: boolean;
  readonly required: boolean;
  /** Its validators, and what they were made with. */
  readonly kinds: Readonly<Record<string, unknown>>;
}

type Tables = Readonly<Record<string, Readonly<Record<string, Attribute>>>>;

const TABLES = JSON.parse(readFileSync(join(import.meta.dirname, '../recorded/network.json'), 'utf8')) as Tables;

export function attributesOf(collection: string): readonly string[] {
  return Object.keys(TABLES[collection] ?? {});
}

/** Why a value is not of this kind; undefined when it is, or the kind is not looked at. */
const KINDS: Readonly<Record<string, (value: unknown, limit: unknown) => string | undefined>> = {
  'type:string': (value, limit) => {
    if (typeof value !== 'string') return `${inPython(value)} is not a valid string.`;
    return typeof limit === 'number' && value.length > limit
      ? `'${value}' exceeds maximum length of ${limit}.`
      : undefined;
  },
  'type:name_not_default': (value) =>
    typeof value === 'string' ? undefined : `${inPython(String(value))} is not a valid string.`,
  'type:string_or_none': (value) =>
    value === null || typeof value === 'string' ? undefined : `${inPython(value)} is not a valid string.`,
  'type:uuid': (value) =>
    typeof value === 'string' && isUuid(value) ? undefined : `${inPython(value)} is not a valid UUID.`,
  'type:uuid_or_none': (value) =>
    value === null || (typeof value === 'string' && isUuid(value))
      ? undefined
      : `${inPython(value)} is not a valid UUID.`,
  'type:boolean': (value) =>
    [true, false, 'true', 'false', 'True', 'False', 0, 1].some((each) => each === value)
      ? undefined
      : `${inPython(value)} cannot be converted to boolean.`,
  'type:values': (value, limit) =>
    !Array.isArray(limit) || limit.includes(value) ? undefined : `${inPython(value)} is not in ${inPython(limit)}.`,
  'type:ip_address_or_none': (value) =>
    value === null || (typeof value === 'string' && /^[\da-f.:]+$/i.test(value))
      ? undefined
      : `${inPython(value)} is not a valid IP address.`,
};

const LISTS = ['fixed_ips', 'security_groups', 'allowed_address_pairs', 'extra_dhcp_opts', 'tags'];

function checkValue(name: string, value: unknown, { kinds }: Attribute): void {
  if (LISTS.includes(name) && !Array.isArray(value)) {
    throw badRequest(`Invalid input for ${name}. Reason: ${inPython(value)} is not a list.`);
  }
  for (const [kind, limit] of Object.entries(kinds)) {
    const reason = KINDS[kind]?.(value, limit);
    if (reason !== undefined) throw badRequest(`Invalid input for ${name}. Reason: ${reason}`);
  }
}

/**
 * Checks what is sent to make or change a thing as Neutron does.
 * @throws ApiProblem for the first thing that is wrong
 */
export function checkAttributes({ body }: Call, collection: string, single: string, method: string): void {
  const table = TABLES[collection];
  if (table === undefined) throw new Error(`no attributes of ${collection}`);
  const given =
    typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[single] : undefined;
  if (typeof given !== 'object' || given === null) {
    throw badRequest(`Unable to find '${single}' in request body`);
  }
  const { project_id: _alias, tags: _tags, ...asked } = given as Readonly<Record<string, unknown>>;
  const isPost = method === 'POST';
  for (const [name, { required }] of Object.entries(table)) {
    if (isPost && required && !(name in asked)) {
      throw badRequest(`Failed to parse request. Required attribute '${name}' not specified`);
    }
  }
  const unknown = Object.keys(asked).filter((name) => !(name in table));
  if (unknown.length > 0) throw badRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
  for (const [name, value] of Object.entries(asked)) {
    const attribute = table[name];
    if (attribute === undefined) continue;
    if (isPost && !attribute.post) throw badRequest(`Attribute '${name}' not allowed in POST`);
    if (!isPost && !attribute.put) throw badRequest(`Cannot update read-only attribute ${name}`);
    checkValue(name, value, attribute);
  }
}

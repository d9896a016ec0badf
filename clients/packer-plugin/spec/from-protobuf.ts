import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { broken, PluginError } from '../plugin-error.ts';
import type { OptionType, PluginOption, PluginSpec } from './spec.ts';

/** Deeper than any of Packer's, and shallow enough for the stack. */
const DEPTH_LIMIT = 100;

/**
 * Reads a ConfigSpec as the protobuf message `HCL2Spec` of Packer's `hcl_spec.proto`: plugins that were started with
 * `--protobuf` send it.
 *
 * @throws PluginError "broken" for what is not that.
 */
export function specFromProtobuf(bytes: Uint8Array): PluginSpec {
  try {
    return readSpecs(bytes, 0);
  } catch (error) {
    throw error instanceof PluginError ? error : broken('its ConfigSpec is not a protobuf message', error);
  }
}

/** The fields of a message; of one that comes twice, each. What is no text, flag or message is passed over. */
function fieldsOf(bytes: Uint8Array, depth: number): readonly (readonly [number, Uint8Array | boolean])[] {
  if (depth > DEPTH_LIMIT) throw broken('its ConfigSpec is nested too deeply');
  const reader = new BinaryReader(bytes);
  const fields: (readonly [number, Uint8Array | boolean])[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) fields.push([field, reader.bytes()]);
    else if (type === WireType.Varint) fields.push([field, reader.bool()]);
    else reader.skip(type, field);
  }
  return fields;
}

function messageOf(fields: ReturnType<typeof fieldsOf>, field: number): Uint8Array {
  const value = fields.findLast(([number]) => number === field)?.[1];
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function flagOf(fields: ReturnType<typeof fieldsOf>, field: number): boolean {
  return fields.findLast(([number]) => number === field)?.[1] === true;
}

/** `HCL2Spec` and `Object` are the same: a map of names to specs, each entry a message of key 1 and value 2. */
function readSpecs(bytes: Uint8Array, depth: number): PluginSpec {
  const spec = new Map<string, PluginOption>();
  for (const [field, entry] of fieldsOf(bytes, depth)) {
    if (field !== 1 || typeof entry === 'boolean') continue;
    const parts = fieldsOf(entry, depth);
    spec.set(Buffer.from(messageOf(parts, 1)).toString('utf8'), readSpec(messageOf(parts, 2), depth + 1));
  }
  return spec;
}

/** `Spec`: one of object 1, attribute 2, block 3, list of blocks 4. */
function readSpec(bytes: Uint8Array, depth: number): PluginOption {
  const [field, body] = fieldsOf(bytes, depth).at(-1) ?? [0, true];
  if (typeof body === 'boolean') return { type: { kind: 'any' }, required: false };
  const parts = (): ReturnType<typeof fieldsOf> => fieldsOf(body, depth);
  switch (field) {
    case 1:
      return { type: { kind: 'object', options: readSpecs(body, depth + 1) }, required: false };
    case 2:
      return { type: readType(messageOf(parts(), 2), depth + 1), required: flagOf(parts(), 3) };
    case 3:
      return { type: readSpec(messageOf(parts(), 3), depth + 1).type, required: flagOf(parts(), 2) };
    case 4:
      return { type: { kind: 'list', element: readSpec(messageOf(parts(), 2), depth + 1).type }, required: false };
    default:
      return { type: { kind: 'any' }, required: false };
  }
}

/** `CtyType`: one of primitive 1, list 2, map 3. */
function readType(bytes: Uint8Array, depth: number): OptionType {
  const [field, body] = fieldsOf(bytes, depth).at(-1) ?? [0, true];
  if (typeof body === 'boolean') return { kind: 'any' };
  const inner = messageOf(fieldsOf(body, depth), 1);
  if (field === 1) return { kind: primitiveKind(Buffer.from(inner).toString('utf8')) };
  if (field === 2) return { kind: 'list', element: readType(inner, depth + 1) };
  return field === 3 ? { kind: 'map', element: readType(inner, depth + 1) } : { kind: 'any' };
}

/** cty names its types as its JSON form does; a quoted name is that form. */
function primitiveKind(name: string): 'string' | 'number' | 'boolean' | 'any' {
  const bare = name.replaceAll('"', '');
  return bare === 'bool' ? 'boolean' : bare === 'string' || bare === 'number' ? bare : 'any';
}

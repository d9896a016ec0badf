import { broken } from '../plugin-error.ts';
import { decodeGob, type GobInterface, type GobValue } from '../gob/decode.ts';
import type { OptionType, PluginOption, PluginSpec } from './spec.ts';

/**
 * Reads a ConfigSpec as Go's `hcldec.ObjectSpec` is encoded by gob.
 *
 * @throws PluginError "broken" for what is not that.
 */
export function specFromGob(gob: Uint8Array): PluginSpec {
  return readObject(decodeGob(gob));
}

function readObject(value: GobValue): PluginSpec {
  if (!isMap(value)) throw broken('its ConfigSpec is not a map of options');
  return new Map([...value].map(([name, option]) => [typeof name === 'string' ? name : '', readOption(option)]));
}

function isMap(value: GobValue): value is ReadonlyMap<GobValue, GobValue> {
  return value instanceof Map;
}

function isInterface(value: GobValue | undefined): value is GobInterface {
  return typeof value === 'object' && value !== null && 'concrete' in value;
}

function fieldsOf(value: GobValue | undefined): ReadonlyMap<string, GobValue> {
  return typeof value === 'object' && value !== null && 'fields' in value ? value.fields : new Map<string, GobValue>();
}

/** Go's name of a type without its package: `AttrSpec`. */
function typeName({ concrete }: GobInterface): string {
  return concrete.slice(concrete.lastIndexOf('.') + 1);
}

const ANY: PluginOption = { type: { kind: 'any' }, required: false };

function readOption(value: GobValue): PluginOption {
  if (!isInterface(value)) return ANY;
  const fields = fieldsOf(value.value);
  const nested = (): OptionType => nestedType(fields.get('Nested'));
  const required = fields.get('Required') === true;
  switch (typeName(value)) {
    case 'AttrSpec':
      return { type: readType(fields.get('Type')), required };
    case 'BlockSpec':
      return { type: nested(), required };
    case 'BlockListSpec':
    case 'BlockSetSpec':
    case 'BlockTupleSpec':
      return { type: { kind: 'list', element: nested() }, required: Number(fields.get('MinItems') ?? 0) > 0 };
    case 'BlockMapSpec':
      return { type: { kind: 'map', element: nested() }, required: false };
    case 'BlockAttrsSpec':
      return { type: { kind: 'map', element: readType(fields.get('ElementType')) }, required };
    default:
      return ANY;
  }
}

/** What stands in a block: an object's options by themselves, or another kind of spec that has a type. */
function nestedType(value: GobValue | undefined): OptionType {
  if (!isInterface(value)) return ANY.type;
  if (typeName(value) === 'ObjectSpec') return { kind: 'object', options: readObject(value.value) };
  return readOption(value).type;
}

/** A `cty.Type` encodes itself: its bytes are a gob of their own. */
function readType(value: GobValue | undefined): OptionType {
  if (!(value instanceof Buffer)) return ANY.type;
  const implementation = fieldsOf(decodeGob(value)).get('Impl');
  if (!isInterface(implementation)) return ANY.type;
  const fields = fieldsOf(implementation.value);
  switch (typeName(implementation)) {
    case 'primitiveType':
      return { kind: primitiveKind(fields.get('Kind')) };
    case 'typeList':
    case 'typeSet':
      return { kind: 'list', element: readType(fields.get('ElementTypeT')) };
    case 'typeMap':
      return { kind: 'map', element: readType(fields.get('ElementTypeT')) };
    default:
      return ANY.type;
  }
}

function primitiveKind(kind: GobValue | undefined): 'string' | 'number' | 'boolean' | 'any' {
  const letter = typeof kind === 'number' ? String.fromCharCode(kind) : '';
  return letter === 'S' ? 'string' : letter === 'N' ? 'number' : letter === 'B' ? 'boolean' : 'any';
}

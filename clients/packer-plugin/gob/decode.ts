import { broken } from '../plugin-error.ts';
import { gobCursor, type GobCursor } from './cursor.ts';
import { basicTypes, readFields, readType, type GobType } from './types.ts';

/** A value of an interface type: the name under which Go knows its own type, and what it is. */
export interface GobInterface {
  readonly concrete: string;
  readonly value: GobValue;
}

/**
 * A decoded value. Structs are records of the fields that were sent: a field of its type's zero value is not. What encodes
 * itself is its bytes.
 */
export type GobValue =
  | boolean
  | number
  | string
  | Buffer
  | null
  | GobInterface
  | ReadonlyMap<GobValue, GobValue>
  | readonly GobValue[]
  | GobStruct;

export interface GobStruct {
  readonly fields: ReadonlyMap<string, GobValue>;
}

/** Deeper than any of Packer's, and shallow enough for the stack. */
const DEPTH_LIMIT = 200;

/**
 * Decodes the first value of a gob stream.
 *
 * @throws PluginError "broken" for what is no gob.
 */
export function decodeGob(stream: Uint8Array): GobValue {
  const cursor = gobCursor(stream);
  const types = basicTypes();
  return topValue(cursor, types, readTypeId(cursor, types, false), 0);
}

/**
 * The number of the type of the value that follows. Definitions of types may come before it, each in a message of its own or,
 * within an interface, in the one that is being read, and then with the length of the value after it.
 */
function readTypeId(cursor: GobCursor, types: Map<number, GobType>, inInterface: boolean): number {
  for (;;) {
    if (cursor.atMessageEnd) cursor.nextMessage();
    const id = cursor.signed();
    if (id >= 0) return id;
    types.set(-id, readType(cursor));
    if (cursor.atMessageEnd) continue;
    if (!inInterface) throw broken('a gob has more than a type in the message that defines it');
    cursor.unsigned();
  }
}

/** A value with nothing around it: one that is no struct has a 0 before it. */
function topValue(cursor: GobCursor, types: Map<number, GobType>, id: number, depth: number): GobValue {
  if (types.get(id)?.kind !== 'struct' && cursor.unsigned() !== 0) throw broken('a gob has a value of no type');
  return readValue(cursor, types, id, depth);
}

function readValue(cursor: GobCursor, types: Map<number, GobType>, id: number, depth: number): GobValue {
  const type = types.get(id);
  if (type === undefined) throw broken(`a gob has a value of type ${String(id)}, which it does not define`);
  if (depth > DEPTH_LIMIT) throw broken('a gob is nested too deeply');
  const inner = (element: number): GobValue => readValue(cursor, types, element, depth + 1);
  switch (type.kind) {
    case 'bool':
      return cursor.unsigned() !== 0;
    case 'int':
      return cursor.signed();
    case 'uint':
      return cursor.unsigned();
    case 'float':
      return cursor.float();
    case 'complex':
      return [cursor.float(), cursor.float()];
    case 'string':
      return cursor.text();
    case 'bytes':
    case 'encoded':
      return cursor.bytes();
    case 'interface':
      return readInterface(cursor, types, depth + 1);
    case 'list':
      return Array.from(counted(cursor), () => inner(type.element));
    case 'map':
      return new Map(Array.from(counted(cursor), () => [inner(type.key), inner(type.element)] as const));
    case 'struct': {
      const fields = new Map<string, GobValue>();
      readFields(cursor, (number) => {
        const field = type.fields[number];
        if (field === undefined) throw broken('a gob has a field that its type does not have');
        fields.set(field.name, inner(field.type));
      });
      return { fields };
    }
  }
}

/** As many turns as the number that comes next says; what it counts is read in them, so that a lie ends with the bytes. */
function* counted(cursor: GobCursor): Generator<undefined, void> {
  for (let left = cursor.unsigned(); left > 0; left -= 1) {
    if (cursor.atEnd) throw broken('a gob ends in the middle of a value');
    yield undefined;
  }
}

function readInterface(cursor: GobCursor, types: Map<number, GobType>, depth: number): GobValue {
  const concrete = cursor.text();
  if (concrete === '') return null;
  const id = readTypeId(cursor, types, true);
  cursor.unsigned();
  return { concrete, value: topValue(cursor, types, id, depth) };
}

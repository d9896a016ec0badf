import { broken } from '../plugin-error.ts';
import type { GobCursor } from './cursor.ts';

/** What a value of a type consists of; types are named by the numbers that the stream gives them. */
export type GobType =
  | { readonly kind: 'bool' | 'int' | 'uint' | 'float' | 'bytes' | 'string' | 'complex' | 'interface' | 'encoded' }
  | { readonly kind: 'list'; readonly element: number }
  | { readonly kind: 'map'; readonly key: number; readonly element: number }
  | { readonly kind: 'struct'; readonly fields: readonly GobField[] };

interface GobField {
  readonly name: string;
  readonly type: number;
}

/** Types that every stream has, by Go's fixed numbers. */
const BASIC: ReadonlyMap<number, GobType> = new Map([
  [1, { kind: 'bool' }],
  [2, { kind: 'int' }],
  [3, { kind: 'uint' }],
  [4, { kind: 'float' }],
  [5, { kind: 'bytes' }],
  [6, { kind: 'string' }],
  [7, { kind: 'complex' }],
  [8, { kind: 'interface' }],
]);

export function basicTypes(): Map<number, GobType> {
  return new Map(BASIC);
}

/** Reads a struct: for each field that is there, how far on it is from the last one; 0 ends it. */
export function readFields(cursor: GobCursor, read: (field: number) => void): void {
  let field = -1;
  for (let delta = cursor.unsigned(); delta !== 0; delta = cursor.unsigned()) {
    field += delta;
    read(field);
  }
}

/** Numbers of the fields of Go's `wireType`, one of which says what the type is. */
const ARRAY = 0;
const SLICE = 1;
const STRUCT = 2;
const MAP = 3;
/** GobEncoder, BinaryMarshaler, TextMarshaler: bytes that the type itself can read. */
const LAST = 6;

/** Reads the definition of a type. */
export function readType(cursor: GobCursor): GobType {
  let type: GobType | undefined;
  readFields(cursor, (form) => {
    if (type !== undefined || form > LAST) throw broken('a gob defines a type in a way that Go does not have');
    type = readForm(cursor, form);
  });
  if (type === undefined) throw broken('a gob defines a type that is nothing');
  return type;
}

function readForm(cursor: GobCursor, form: number): GobType {
  const ids: number[] = [];
  let fields: readonly GobField[] = [];
  readFields(cursor, (field) => {
    if (field === 0) readCommon(cursor);
    else if (form === STRUCT) fields = readStructFields(cursor);
    else ids[field] = cursor.signed();
  });
  if (form === STRUCT) return { kind: 'struct', fields };
  if (form === MAP) return { kind: 'map', key: ids[1] ?? 0, element: ids[2] ?? 0 };
  if (form === ARRAY || form === SLICE) return { kind: 'list', element: ids[1] ?? 0 };
  return { kind: 'encoded' };
}

/** The type's name and number, which are known from elsewhere. */
function readCommon(cursor: GobCursor): void {
  readFields(cursor, (field) => {
    if (field === 0) cursor.text();
    else cursor.signed();
  });
}

function readStructFields(cursor: GobCursor): readonly GobField[] {
  const fields: GobField[] = [];
  for (let left = cursor.unsigned(); left > 0; left -= 1) {
    let name = '';
    let type = 0;
    readFields(cursor, (field) => {
      if (field === 0) name = cursor.text();
      else type = cursor.signed();
    });
    fields.push({ name, type });
  }
  return fields;
}

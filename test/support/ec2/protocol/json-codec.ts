import { AwsProblem } from '../problem.ts';
import type { Shape } from './shapes.ts';

function wrong(path: string, expected: string): AwsProblem {
  return new AwsProblem('SerializationException', `${path} is not ${expected}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A JSON value as the SDK's own input object.
 * @throws AwsProblem for an unknown, missing or mistyped member
 */
export function decodeJson(shape: Shape, value: unknown, path: string): unknown {
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw wrong(path, 'text');
      return value;
    case 'number':
      if (typeof value !== 'number') throw wrong(path, 'a number');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false');
      return value;
    case 'timestamp':
      return new Date(typeof value === 'number' ? value * 1000 : String(value));
    case 'blob':
      return Buffer.from(String(value), 'base64');
    case 'list': {
      if (!Array.isArray(value)) throw wrong(path, 'a list');
      const item = shape.item();
      return value.map((each, index) => decodeJson(item, each, `${path}[${index}]`));
    }
    case 'map': {
      if (!isRecord(value)) throw wrong(path, 'a map');
      const inner = shape.value();
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, decodeJson(inner, each, `${path}.${key}`)]),
      );
    }
    case 'struct': {
      if (!isRecord(value)) throw wrong(path, 'a structure');
      const result: Record<string, unknown> = {};
      const left = new Set(Object.keys(value));
      for (const member of shape.members) {
        left.delete(member.name);
        const inner = value[member.name];
        if (inner === undefined || inner === null) {
          if (member.required) throw new AwsProblem('ValidationException', `${path}.${member.name} must not be null`);
          continue;
        }
        result[member.name] = decodeJson(member.shape(), inner, `${path}.${member.name}`);
      }
      const [stray] = left;
      if (stray !== undefined) throw wrong(`${path}.${stray}`, 'a member that is known');
      return result;
    }
    default:
      return value;
  }
}

/**
 * A reply as JSON has it.
 * @throws Error when the value has a member its shape does not know
 */
export function encodeJson(shape: Shape, value: unknown, path: string): unknown {
  if (shape.kind === 'struct') {
    if (!isRecord(value)) throw new Error(`the reply's ${path} should be a structure`);
    const known = new Map(shape.members.map((member) => [member.name, member]));
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(
      entries.map(([name, inner]) => {
        const member = known.get(name);
        if (member === undefined) throw new Error(`${shape.name} has no member ${name} (at ${path})`);
        return [name, encodeJson(member.shape(), inner, `${path}.${name}`)];
      }),
    );
  }
  if (shape.kind === 'list' && Array.isArray(value)) {
    const item = shape.item();
    return value.map((each, index) => encodeJson(item, each, `${path}[${index}]`));
  }
  if (shape.kind === 'timestamp' && value instanceof Date) return value.getTime() / 1000;
  if (shape.kind === 'blob' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

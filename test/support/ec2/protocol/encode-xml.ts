import type { Member, Shape } from './shapes.ts';

/** Text as it may stand between two tags. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function wrong(path: string, expected: string, value: unknown): Error {
  return new Error(`the reply's ${path} should be ${expected}, not ${JSON.stringify(value)}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function scalar(shape: Shape, value: unknown, path: string): string {
  switch (shape.kind) {
    case 'number':
      if (typeof value !== 'number' || Number.isNaN(value)) throw wrong(path, 'a number', value);
      return String(value);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false', value);
      return String(value);
    case 'timestamp':
      if (!(value instanceof Date)) throw wrong(path, 'a date', value);
      return shape.format === 'http' ? value.toUTCString() : value.toISOString();
    case 'blob':
      if (!(value instanceof Uint8Array)) throw wrong(path, 'bytes', value);
      return Buffer.from(value).toString('base64');
    default:
      if (typeof value !== 'string') throw wrong(path, 'text', value);
      return xmlText(value);
  }
}

function member(given: Member, value: unknown, path: string): string {
  const shape = given.shape();
  if (shape.kind !== 'list' || !(given.flat || shape.flat))
    return element(given.xmlName, encodeContent(shape, value, path));
  if (!Array.isArray(value)) throw wrong(path, 'a list', value);
  const item = shape.item();
  return value.map((each) => element(given.xmlName, encodeContent(item, each, path))).join('');
}

/**
 * What stands inside the element of a value.
 * @throws Error when the value has a member its shape does not know, or one of another type
 */
export function encodeContent(shape: Shape, value: unknown, path: string): string {
  switch (shape.kind) {
    case 'unit':
      return '';
    case 'list': {
      if (!Array.isArray(value)) throw wrong(path, 'a list', value);
      const item = shape.item();
      return value
        .map((each, index) => element(shape.itemName, encodeContent(item, each, `${path}[${index}]`)))
        .join('');
    }
    case 'map': {
      if (!isRecord(value)) throw wrong(path, 'a map', value);
      return Object.entries(value)
        .map(([key, each]) =>
          element('entry', element('key', xmlText(key)) + element('value', encodeContent(shape.value(), each, path))),
        )
        .join('');
    }
    case 'struct': {
      if (!isRecord(value)) throw wrong(path, 'a structure', value);
      const left = new Set(Object.keys(value).filter((name) => value[name] !== undefined));
      const parts = shape.members.map((each) => {
        const inner = value[each.name];
        if (inner === undefined || inner === null) return '';
        left.delete(each.name);
        return member(each, inner, `${path}.${each.name}`);
      });
      if (left.size > 0) throw new Error(`${shape.name} has no member ${[...left].join(', ')} (at ${path})`);
      return parts.join('');
    }
    default:
      return scalar(shape, value, path);
  }
}

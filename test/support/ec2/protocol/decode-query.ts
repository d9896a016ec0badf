import { AwsProblem, invalidValue, missingParameter } from '../problem.ts';
import type { Shape, StructShape } from './shapes.ts';

/** How names are written: EC2's own way, or the plain query protocol of IAM and STS. */
export type QueryStyle = 'ec2' | 'query';

interface Branch {
  text: string | undefined;
  readonly children: Map<string, Branch>;
}

function branch(): Branch {
  return { text: undefined, children: new Map() };
}

function treeOf(parameters: URLSearchParams): Branch {
  const root = branch();
  for (const [name, value] of parameters) {
    let at = root;
    for (const part of name.split('.')) {
      let next = at.children.get(part);
      if (next === undefined) {
        next = branch();
        at.children.set(part, next);
      }
      at = next;
    }
    if (at.text !== undefined) throw new AwsProblem('InvalidParameterValue', `The parameter ${name} is given twice`);
    at.text = value;
  }
  return root;
}

function unknownParameter(path: string): AwsProblem {
  return new AwsProblem('UnknownParameter', `The parameter ${path} is not recognized`);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function scalar(shape: Shape, at: Branch, path: string): unknown {
  const [first] = at.children.keys();
  if (first !== undefined) throw unknownParameter(join(path, first));
  const text = at.text ?? '';
  switch (shape.kind) {
    case 'number':
      if (!/^-?\d+(\.\d+)?$/.test(text)) throw invalidValue(path, text, 'Expected a number.');
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalidValue(path, text, 'Expected true or false.');
      return text === 'true';
    case 'timestamp': {
      const time = new Date(text);
      if (Number.isNaN(time.getTime())) throw invalidValue(path, text, 'Expected a date and time.');
      return time;
    }
    case 'blob':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

function numbered(at: Branch, path: string): readonly (readonly [string, Branch])[] {
  const entries = [...at.children].map(([name, child]) => {
    if (!/^[1-9]\d*$/.test(name)) throw unknownParameter(join(path, name));
    return [name, child] as const;
  });
  return entries.sort(([a], [b]) => Number(a) - Number(b));
}

/** The list's own level: "X.1" where it is flat, "X.member.1" where it is not. */
function within(at: Branch, name: string, path: string): Branch {
  if (at.children.size === 0) return at;
  const inner = at.children.get(name);
  const [other] = [...at.children.keys()].filter((key) => key !== name);
  if (inner === undefined || other !== undefined) throw unknownParameter(join(path, other ?? name));
  return inner;
}

function struct(shape: StructShape, at: Branch, path: string, style: QueryStyle): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const left = new Set(at.children.keys());
  for (const member of shape.members) {
    const name = style === 'ec2' ? member.ec2Name : member.queryName;
    const child = at.children.get(name);
    if (child === undefined) {
      if (member.required) throw missingParameter(join(path, name));
      continue;
    }
    left.delete(name);
    result[member.name] = value(member.shape(), child, join(path, name), style, member.flat);
  }
  const [stray] = left;
  if (stray !== undefined) throw unknownParameter(join(path, stray));
  return result;
}

function value(shape: Shape, at: Branch, path: string, style: QueryStyle, flat: boolean): unknown {
  switch (shape.kind) {
    case 'list': {
      const level = style === 'ec2' || flat || shape.flat ? at : within(at, shape.itemName, path);
      const item = shape.item();
      return numbered(level, path).map(([name, child]) => value(item, child, join(path, name), style, false));
    }
    case 'map': {
      const level = flat || shape.flat ? at : within(at, 'entry', path);
      const entries = numbered(level, path).map(([name, child]) => {
        const key = child.children.get('key')?.text ?? '';
        const inner = child.children.get('value') ?? branch();
        return [key, value(shape.value(), inner, join(path, name), style, false)] as const;
      });
      return Object.fromEntries(entries);
    }
    case 'struct':
      if (at.text !== undefined && at.text !== '') throw invalidValue(path, at.text, 'Expected members.');
      return struct(shape, at, path, style);
    default:
      return scalar(shape, at, path);
  }
}

/**
 * The parameters of a request as the SDK's own input object.
 * @throws AwsProblem for an unknown, missing or mistyped parameter
 */
export function decodeQuery(shape: Shape, parameters: URLSearchParams, style: QueryStyle): Record<string, unknown> {
  const tree = treeOf(parameters);
  tree.children.delete('Action');
  tree.children.delete('Version');
  const [first] = tree.children.keys();
  if (shape.kind !== 'struct') {
    if (first !== undefined) throw unknownParameter(first);
    return {};
  }
  return struct(shape, tree, '', style);
}

import {
  fault,
  readText,
  readWord,
  skipBlank,
  tokenAt,
  type JsonFault,
  type JsonNode,
  type Reader,
} from './json-tokens.ts';

const DEEPEST = 256;

/** Undefined: reading cannot go on. `closer` is the bracket that ends what the value is in. */
function readValue(reader: Reader, closer: string): JsonNode | undefined {
  const next = reader.text.charAt(reader.at);
  if (next === '"') return readText(reader);
  if (reader.text.startsWith('{{', reader.at)) return readBareTemplate(reader);
  if (next === '{') return nested(reader, readObject);
  if (next === '[') return nested(reader, readList);
  if (next !== '' && !',:]}'.includes(next)) return readWord(reader);
  fault(reader, reader.at, 1, 'a value was expected here');
  if (next === '') return undefined;
  const node: JsonNode = { type: 'null', offset: reader.at, length: 1, value: null };
  if (next !== ',' && next !== closer) reader.at++;
  return node;
}

/** A template that lacks its quotes, which is a fault; up to its end on the line. */
function readBareTemplate(reader: Reader): JsonNode {
  const offset = reader.at;
  const [whole = '{{'] = /^\{\{[^\n]*?\}\}/.exec(reader.text.slice(offset, offset + 1000)) ?? [];
  reader.at += whole.length;
  fault(reader, offset, whole.length, 'a template stands here without quotes');
  return { type: 'null', offset, length: whole.length, value: null };
}

function nested(reader: Reader, read: (reader: Reader) => JsonNode | undefined): JsonNode | undefined {
  if (reader.depth === DEEPEST) {
    const message = `objects and lists are nested more than ${String(DEEPEST)} deep`;
    reader.faults.push({ kind: 'depth', message, offset: reader.at, length: 1 });
    return undefined;
  }
  reader.depth++;
  const node = read(reader);
  reader.depth--;
  return node;
}

/** Passes what may stand between two elements. False: reading cannot go on. */
function passComma(reader: Reader, closer: string): boolean {
  const end = reader.at;
  skipBlank(reader);
  const next = reader.text.charAt(reader.at);
  if (next === ',') reader.at++;
  else if (next !== '' && ']}'.includes(next) && next !== closer) {
    fault(reader, reader.at, 1, notClosed(closer));
    return false;
  } else if (next !== '' && next !== closer) {
    fault(reader, end, 1, 'a comma was expected here');
    if (next === ':') reader.at++;
  }
  return true;
}

function notClosed(closer: string): string {
  return closer === '}' ? 'an object is not closed: } was expected here' : 'a list is not closed: ] was expected here';
}

function readList(reader: Reader): JsonNode | undefined {
  const offset = reader.at++;
  const children: JsonNode[] = [];
  for (;;) {
    skipBlank(reader);
    const next = reader.text.charAt(reader.at);
    if (next === '') {
      fault(reader, reader.at, 1, notClosed(']'));
      return undefined;
    }
    if (next === ']') break;
    const value = readValue(reader, ']');
    if (value === undefined) return undefined;
    children.push(value);
    if (!passComma(reader, ']')) return undefined;
  }
  reader.at++;
  return { type: 'array', offset, length: reader.at - offset, children };
}

/** A name; undefined when there is none, which is a fault. */
function readName(reader: Reader): JsonNode | undefined {
  if (reader.text[reader.at] === '"') return readText(reader);
  if (reader.text.startsWith('{{', reader.at)) return { ...readBareTemplate(reader), type: 'string', value: '' };
  const word = tokenAt(reader);
  const offset = reader.at;
  fault(reader, offset, Math.max(1, word.length), 'a name in double quotes was expected here');
  if (word === '' || '{}[]:'.includes(word)) return undefined;
  reader.at += word.length;
  return { type: 'string', offset, length: word.length, value: word };
}

function readProperty(reader: Reader): JsonNode | undefined {
  const name = readName(reader);
  if (name === undefined) return undefined;
  skipBlank(reader);
  const next = reader.text.charAt(reader.at);
  if (next === ':') reader.at++;
  else fault(reader, reader.at, Math.max(1, tokenAt(reader).length), 'a colon was expected after the name');
  const missing = next === ',' || next === '}';
  if (!missing) skipBlank(reader);
  const value = missing ? name : readValue(reader, '}');
  if (value === undefined) return undefined;
  const { offset } = name;
  return { type: 'property', offset, length: reader.at - offset, children: missing ? [name] : [name, value] };
}

function readObject(reader: Reader): JsonNode | undefined {
  const offset = reader.at++;
  const children: JsonNode[] = [];
  for (;;) {
    skipBlank(reader);
    const next = reader.text.charAt(reader.at);
    if (next === '') {
      fault(reader, reader.at, 1, notClosed('}'));
      return undefined;
    }
    if (next === '}') break;
    if (next === ',') {
      fault(reader, reader.at++, 1, 'a name in double quotes was expected here');
      continue;
    }
    const property = readProperty(reader);
    if (property === undefined) return undefined;
    children.push(property);
    if (!passComma(reader, '}')) return undefined;
  }
  reader.at++;
  return { type: 'object', offset, length: reader.at - offset, children };
}

/**
 * Reads JSON with comments and a comma after the last element. The tree is undefined when reading could not go on to
 * the end. Faults are in the order of the text, one a line; the tree of a text with faults is only good for looking at.
 */
export function parseJson(text: string): {
  readonly tree: JsonNode | undefined;
  readonly faults: readonly JsonFault[];
} {
  const reader: Reader = { text, at: 0, depth: 0, faults: [], faultyLineEnd: -1 };
  skipBlank(reader);
  const tree = readValue(reader, '');
  if (tree !== undefined) {
    skipBlank(reader);
    if (reader.at < text.length)
      fault(reader, reader.at, tokenAt(reader).length, 'the JSON value had ended before this');
  }
  return { tree, faults: reader.faults };
}

import type { JsonValue } from '../run/json.ts';

const MASK = '<sensitive>';
/** Shorter texts are found by chance in other words once they are cut to what Base64 leaves whole. */
const SHORTEST_DERIVED = 6;
/** A shorter line of a longer secret ("}", "---") says nothing and is found everywhere. */
const SHORTEST_LINE = 8;

/**
 * Removes secrets from texts: their values, each line of them, and the forms that programs write them in: Base64, hex,
 * URL, JSON (once and twice), HTML, and quoted for a shell.
 */
export interface SecretMask {
  /** Empty strings are ignored. */
  add(value: string): void;
  text(text: string): string;
  /** Masks every text inside, names of properties too. */
  json<T extends JsonValue>(value: T): T;
}

/** The Base64 of `value` as it appears inside the Base64 of a longer text, at each of the three places in a group. */
function base64Forms(value: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    // The first and the last group mix in the neighbours' bits.
    const from = Math.ceil((before * 4) / 3);
    const to = Math.floor((bytes.length * 4) / 3);
    return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
  });
}

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll(/[^\w@%+=:,./-]/gu, '\\$&'),
    value.replaceAll(/["$`\\]/g, '\\$&'),
    value.replaceAll(/[&<>"']/g, (mark) => htmlEntities[mark] ?? mark),
  ];
  if (value.length < SHORTEST_DERIVED) return forms;
  const url = encodeURIComponent(value.toWellFormed());
  const strict = url.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const urls = [url, strict, strict.replaceAll('%20', '+'), encodeURI(value.toWellFormed())];
  const lowerUrls = urls.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  const hex = Buffer.from(value).toString('hex');
  return [...forms, ...base64Forms(value), ...urls, ...lowerUrls, hex, hex.toUpperCase()];
}

function withLines(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [value] : [value, ...lines.filter((line) => line.length >= SHORTEST_LINE)];
}

const everything = newMask(() => undefined);

/** Removes the secrets of all masks of this process: for what is written when Kiln itself goes wrong. */
export function withoutAnySecret(text: string): string {
  return everything.text(text);
}

export function secretMask(): SecretMask {
  return newMask((value) => everything.add(value));
}

function newMask(onAdd: (value: string) => void): SecretMask {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;

  const compile = (): RegExp => {
    // Longest first: of two secrets that begin alike the longer one goes whole.
    const sorted = [...forms].sort((a, b) => b.length - a.length);
    return new RegExp(sorted.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  };
  const text = (given: string): string => (forms.size === 0 ? given : given.replace((pattern ??= compile()), MASK));
  const json = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Array) return value.map(json);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [text(name), json(inner)]));
  };

  return {
    add: (value) => {
      onAdd(value);
      for (const form of withLines(value).flatMap(formsOf)) if (form !== '') forms.add(form);
      pattern = undefined;
    },
    text,
    json: <T extends JsonValue>(value: T) => (forms.size === 0 ? value : (json(value) as T)),
  };
}

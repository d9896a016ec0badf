import { isPrintable } from '../go/go-quote.ts';

const html: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

const js: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/["'&<>\0]/g, (character) => html[character] ?? character);
}

/** For a JavaScript string literal. */
export function escapeJs(text: string): string {
  return text.replaceAll(/[^ -~]|[\\'"<>&=]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const known = js[character];
    if (known !== undefined) return known;
    if (code === 0x7f || (code >= 0x80 && isPrintable(character))) return character;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** For the query of a URL: a space becomes `+`. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
}

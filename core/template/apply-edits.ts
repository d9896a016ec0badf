import type { Edit } from 'jsonc-parser';

/**
 * The text with the edits made, none of which may overlap another. Takes as long as the text is, where jsonc-parser's
 * own function copies the whole text for each edit.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, length, content } of [...edits].sort((a, b) => a.offset - b.offset)) {
    parts.push(text.slice(at, offset), content);
    at = offset + length;
  }
  return parts.join('') + text.slice(at);
}

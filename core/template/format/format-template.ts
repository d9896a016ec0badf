import { format } from 'jsonc-parser';
import { TemplateError } from '../../errors/errors.ts';
import { applyEdits } from '../apply-edits.ts';
import { parseJsonSource } from '../json-source.ts';
import { locateAll } from '../locate.ts';
import { joinShortLists } from './short-lists.ts';

/**
 * A template's text in the one layout: two blanks a level, one element a line but for short lists, order and comments kept, one line end
 * at the end. `label` names the file in complaints. Throws `TemplateError` when the text is not JSON.
 */
export function formatTemplate(label: string, bytes: string): string {
  const source = parseJsonSource(label, bytes);
  if (source.tree === undefined) throw new TemplateError(locateAll(source, source.findings));
  const text = source.text.replaceAll('\r\n', '\n');
  const edits = format(text, undefined, { insertSpaces: true, tabSize: 2, eol: '\n' });
  return `${joinShortLists(applyEdits(text, edits).trim())}\n`;
}

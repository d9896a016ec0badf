import { isDeepStrictEqual } from 'node:util';
import { findNodeAtLocation, type Edit } from 'jsonc-parser';
import type { JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';
import { applyEdits } from '../apply-edits.ts';
import { formatTemplate } from '../format/format-template.ts';
import type { TemplateSource } from '../read-template.ts';
import { fixTemplate } from './fix-template.ts';

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/**
 * The template's text with everything brought up to date, in the layout of `formatTemplate`. What is not changed stays
 * as it is written, comments and all; comments inside a component that is changed go.
 */
export function fixText(source: TemplateSource): string {
  const { value, tree, text } = source;
  if (!isObject(value) || tree === undefined) return formatTemplate(source.label, text);
  const fixed = fixTemplate(value);
  const edits = Object.keys(value).flatMap((key) =>
    listOf(fixed[key]).flatMap((component, index): readonly Edit[] => {
      const node = findNodeAtLocation(tree, [key, index]);
      if (node === undefined || isDeepStrictEqual(component, listOf(value[key])[index])) return [];
      return [{ offset: node.offset, length: node.length, content: JSON.stringify(component) }];
    }),
  );
  return formatTemplate(source.label, applyEdits(text, edits));
}

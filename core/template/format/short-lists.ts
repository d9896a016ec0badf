import { parseTree, type Edit, type Node } from 'jsonc-parser';
import { applyEdits } from '../apply-edits.ts';

/** As wide as a line may be, as prettier's is in this project. */
const LONGEST_LINE = 120;

/** Whether there is nothing but blanks and commas around the elements: a comment keeps its line. */
function hasNoComments(list: Node, text: string): boolean {
  let at = list.offset + 1;
  const gaps = (list.children ?? []).map(({ offset, length }) => {
    const gap = text.slice(at, offset);
    at = offset + length;
    return gap;
  });
  return [...gaps, text.slice(at, list.offset + list.length - 1)].every((gap) => /^[\s,]*$/.test(gap));
}

/** The list on one line; undefined when it has objects or comments, or several lists. */
function oneLine(list: Node, text: string): string | undefined {
  const { children = [] } = list;
  if (!hasNoComments(list, text)) return undefined;
  const parts = children.map((child) => {
    if (child.type === 'object') return undefined;
    if (child.type !== 'array') return text.slice(child.offset, child.offset + child.length);
    return children.length === 1 ? oneLine(child, text) : undefined;
  });
  return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
}

function editsIn(node: Node, text: string): readonly Edit[] {
  if (node.type === 'array') {
    const { offset, length } = node;
    const content = oneLine(node, text);
    const before = offset - (text.lastIndexOf('\n', offset) + 1);
    const comma = text.charAt(offset + length) === ',' ? 1 : 0;
    if (content !== undefined && before + content.length + comma <= LONGEST_LINE) return [{ offset, length, content }];
  }
  return (node.children ?? []).flatMap((child) => editsIn(child, text));
}

/** Puts lists of texts and numbers on one line where they fit, as prettier does. */
export function joinShortLists(text: string): string {
  const tree = parseTree(text, [], { allowTrailingComma: true, disallowComments: false });
  return tree === undefined ? text : applyEdits(text, editsIn(tree, text));
}

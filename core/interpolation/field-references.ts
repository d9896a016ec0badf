import type { FunctionTable } from './functions/function-table.ts';
import type { Node, Operand, Pipeline, Span } from './syntax/node.ts';
import { parseText } from './render.ts';

/** A text asks the data for a name: ``{{ .HTTPIP }}``, ``{{ $.HTTPIP }}``. */
export interface FieldReference extends Span {
  /** Of the data itself: `SourceAMITags` of `.SourceAMITags.Name`; empty for the data as a whole, as in ``{{ . }}``. */
  readonly name: string;
  /** False where it may never be asked for: in a branch, or behind `and` and `or`. */
  readonly certain: boolean;
}

/** Where a part of a text stands. */
interface Where {
  /** Whether `.` is still the data here. */
  readonly rooted: boolean;
  readonly certain: boolean;
}

function inOperand(operand: Operand, where: Where): readonly FieldReference[] {
  const asked = ([name = '']: readonly string[]): readonly FieldReference[] => {
    const { offset, length } = operand;
    return [{ name, offset, length, certain: where.certain }];
  };
  switch (operand.kind) {
    case 'dot':
      return where.rooted ? asked([]) : [];
    case 'field':
      return where.rooted ? asked(operand.names) : [];
    case 'variable':
      return operand.name === '$' ? asked(operand.names) : [];
    case 'chain':
      return inOperand(operand.of, where);
    case 'pipeline':
      return inPipeline(operand, where);
    default:
      return [];
  }
}

function inPipeline(pipeline: Pipeline, where: Where): readonly FieldReference[] {
  return pipeline.commands.flatMap(({ operands: [first, ...rest] }) => {
    const lazy = first.kind === 'function' && (first.name === 'and' || first.name === 'or');
    const inRest = lazy ? { ...where, certain: false } : where;
    return [first, ...rest].flatMap((operand) => inOperand(operand, inRest));
  });
}

function inNodes(nodes: readonly Node[], where: Where): readonly FieldReference[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case 'action':
        return inPipeline(node.pipeline, where);
      case 'template':
        return node.pipeline === undefined ? [] : inPipeline(node.pipeline, where);
      case 'if':
      case 'with':
      case 'range': {
        const branch = { ...where, certain: false };
        const body = node.kind === 'if' ? branch : { rooted: false, certain: false };
        return [...inPipeline(node.pipeline, where), ...inNodes(node.body, body), ...inNodes(node.otherwise, branch)];
      }
      default:
        return [];
    }
  });
}

/**
 * The names that a text asks its data for, in the order of the text; what a `define` asks for is left out, since its data
 * are its caller's choice. Throws `InterpolationError` when the text is malformed.
 */
export function fieldReferences(text: string, functions: FunctionTable): readonly FieldReference[] {
  if (!text.includes('{{')) return [];
  return inNodes(parseText(text, functions).body, { rooted: true, certain: true });
}

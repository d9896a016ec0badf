import { evaluatePipeline } from './evaluate-pipeline.ts';
import { calledFrame, startRendering, variable, type Frame, type Rendering } from './frame.ts';
import { printed } from '../go/go-print.ts';
import { InterpolationError } from '../interpolation-error.ts';
import type { Node, Pipeline, Tree } from '../syntax/node.ts';
import { isFields, isList, isTrue, sortedKeys, typeName, type Value } from '../syntax/value.ts';

/** How a list of nodes ended. */
type Ending = 'end' | 'break' | 'continue';

function walk(frame: Frame, dot: Value, nodes: readonly Node[]): Ending {
  for (const node of nodes) {
    const ending = walkNode(frame, dot, node);
    if (ending !== 'end') return ending;
  }
  return 'end';
}

function walkNode(frame: Frame, dot: Value, node: Node): Ending {
  frame.rendering.meter.spend(0, node);
  switch (node.kind) {
    case 'text':
      frame.rendering.write(node.text, node);
      return 'end';
    case 'action': {
      const value = evaluatePipeline(frame, dot, node.pipeline);
      if (node.pipeline.targets.length > 0) return 'end';
      if (value === undefined) frame.rendering.noValue(node);
      frame.rendering.write(printed(value), node);
      return 'end';
    }
    case 'break':
    case 'continue':
      return node.kind;
    case 'template': {
      const body = frame.rendering.definitions.get(node.name);
      if (body === undefined) throw new InterpolationError(`there is no template ${JSON.stringify(node.name)}`, node);
      const value = node.pipeline === undefined ? undefined : evaluatePipeline(frame, dot, node.pipeline);
      return frame.rendering.nested(node, () => walk(calledFrame(frame.rendering, value), value, body));
    }
    default: {
      const visible = frame.variables.length;
      const run = node.kind === 'range' ? walkRange : walkChoice;
      const ending = frame.rendering.nested(node, () => run(frame, dot, node));
      frame.variables.length = visible;
      return ending;
    }
  }
}

type Control = Extract<Node, { readonly kind: 'if' | 'with' | 'range' }>;

function walkChoice(frame: Frame, dot: Value, node: Control): Ending {
  const value = evaluatePipeline(frame, dot, node.pipeline);
  if (!isTrue(value)) return walk(frame, dot, node.otherwise);
  return walk(frame, node.kind === 'with' ? value : dot, node.body);
}

function* entries(value: Value, pipeline: Pipeline): Generator<readonly [Value, Value]> {
  if (isList(value)) {
    for (const [index, element] of value.entries()) yield [BigInt(index), element];
  } else if (isFields(value)) {
    for (const key of sortedKeys(value)) yield [key, value[key]];
  } else if (typeof value === 'bigint' && pipeline.targets.length < 2) {
    for (let count = 0n; count < value; count++) yield [undefined, count];
  } else if (value !== undefined) {
    throw new InterpolationError(`"range" cannot go through a value of type ${typeName(value)}`, pipeline);
  }
}

function setTargets(frame: Frame, { targets, assigns, ...place }: Pipeline, key: Value, element: Value): void {
  const values = targets.length === 1 ? [element] : [key, element];
  for (const [index, name] of targets.entries()) {
    if (assigns) variable(frame, name, place).value = values[index];
    else frame.variables.push({ name, value: values[index] });
  }
}

function walkRange(frame: Frame, dot: Value, { pipeline, body, otherwise }: Control): Ending {
  const value = evaluatePipeline(frame, dot, pipeline);
  const visible = frame.variables.length;
  let empty = true;
  for (const [key, element] of entries(value, pipeline)) {
    empty = false;
    frame.rendering.meter.spend(0, pipeline);
    setTargets(frame, pipeline, key, element);
    const ending = walk(frame, element, body);
    frame.variables.length = visible;
    if (ending === 'break') break;
  }
  return empty ? walk(frame, dot, otherwise) : 'end';
}

/** What a template is run with. */
export interface Evaluation extends Pick<Rendering, 'functions' | 'data' | 'closed' | 'meter' | 'noValue'> {
  /** Of the template's text. */
  readonly length: number;
}

/** Runs a template; throws `InterpolationError`. */
export function evaluate(tree: Tree, { length, ...rest }: Evaluation): string {
  const { rendering, output } = startRendering({ ...rest, definitions: tree.definitions }, length);
  walk(calledFrame(rendering, rest.data), rest.data, tree.body);
  return output();
}

import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/guards.ts';
import { describeOption, describeOptions, type OptionDocs } from '../../schema/option-docs.ts';
import { optionTable, outputTable } from '../../schema/option-table.ts';
import { wrapped } from '../../text/columns.ts';
import { visible } from '../../text/visible.ts';
import type { DocumentedComponent } from './find-components.ts';

type Described = Pick<DocumentedComponent, 'kind' | 'type' | 'entry'>;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function heading({ kind, type, entry: { plugin } }: Described): string {
  const [version = ''] = (plugin?.version ?? '').split(' ');
  return `${kind} ${type}${plugin === undefined ? '' : ` (plugin ${plugin.name} ${version})`}`;
}

function outputsOf(schema: JsonObject): JsonObject {
  const outputs = schema['x-outputs'];
  if (!isObject(outputs)) return {};
  return isObject(outputs['properties']) ? outputs['properties'] : outputs;
}

/** An option's name, type and default on one line, and what it means below, in so many columns. */
function optionText(option: OptionDocs, width: number, bold: (text: string) => string): string {
  const { name, type, fallback, isRequired, deprecated, notes, description } = option;
  const facts = [type, ...(isRequired ? ['required'] : []), ...(fallback === undefined ? [] : [`default ${fallback}`])];
  const text = [...(deprecated === undefined ? [] : [`Deprecated: ${deprecated}.`]), description, ...notes];
  const head = wrapped(visible(`${name}  ${facts.join(', ')}`, false), width, '  ', '      ');
  const body = wrapped(visible(text.filter((part) => part !== '').join(' '), false), width, '      ');
  return `${head.replace(name, bold(name))}\n${body.trim() === '' ? '' : `${body}\n`}`;
}

/** What a schema says of a component, for a terminal of so many columns. What is required comes first. */
export function componentText(component: Described, schema: JsonObject, width: number, colour: boolean): string {
  const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const options = describeOptions(schema);
  const sorted = [
    ...options.filter(({ isRequired }) => isRequired),
    ...options.filter(({ isRequired }) => !isRequired),
  ];
  const outputs = Object.entries(outputsOf(schema)).flatMap(([name, property]) =>
    isObject(property) ? [describeOption(name, property, false)] : [],
  );
  const lines = (title: string, all: readonly OptionDocs[]): readonly string[] =>
    all.length === 0 ? [] : [`\n${title}:\n`, ...all.map((each) => optionText(each, width, bold))];
  const parts = [
    `${bold(visible(heading(component), false))}\n\n`,
    `${wrapped(visible(textOf(schema['description']), false), width)}\n`,
    ...(sorted.length === 0 ? ['\nIt has no options.\n'] : lines('Options', sorted)),
    ...lines('Outputs', outputs),
  ];
  return parts.join('');
}

/** The same as a page of Markdown. */
export function componentMarkdown(component: Described, schema: JsonObject): string {
  const outputs = outputsOf(schema);
  const parts = [
    `# ${heading(component)}`,
    textOf(schema['description']),
    optionTable(schema),
    ...(Object.keys(outputs).length === 0 ? [] : ['## Outputs', outputTable(outputs)]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

import type { JsonObject } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';
import { describeOption, describeOptions, type OptionDocs } from './option-docs.ts';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

function meaning({ isRequired, deprecated, notes, description }: OptionDocs): string {
  const parts = [
    isRequired ? '**Required.**' : '',
    deprecated === undefined ? '' : `_Deprecated: ${deprecated}._`,
    ...notes,
    description,
  ];
  return cell(parts.filter((part) => part !== '').join(' '));
}

/** A Markdown table of a component's options. */
export function optionTable(schema: JsonObject): string {
  const options = describeOptions(schema);
  if (options.length === 0) return 'It has no options.';
  const rows = options.map((option) => {
    const fallback = option.fallback === undefined ? '' : `\`${option.fallback}\``;
    return `| \`${option.name}\` | ${cell(option.type)} | ${cell(fallback)} | ${meaning(option)} |`;
  });
  return ['| option | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** A Markdown table of what a data source gives. */
export function outputTable(outputs: JsonObject): string {
  const rows = Object.entries(outputs).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const output = describeOption(name, property, false);
    return [`| \`${name}\` | ${cell(output.type)} | ${meaning(output)} |`];
  });
  return ['| output | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

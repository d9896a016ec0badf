import type { ApiEntry } from './sdk-api.ts';

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;
}

function section(entry: string, exported: readonly ApiEntry[]): string {
  const part = (title: string, names: readonly ApiEntry[]): readonly string[] =>
    names.length === 0
      ? []
      : [`### ${title}`, ...names.map((one) => `${firstSentence(one.promise)}\n\n\`\`\`ts\n${one.signature}\n\`\`\``)];
  const values = exported.filter(({ isValue }) => isValue);
  const types = exported.filter(({ isValue }) => !isValue);
  const count = `${values.length} values, ${types.length} types.`;
  return [`## ${entry}`, count, ...part('Values', values), ...part('Types', types)].join('\n\n');
}

/** Text of plugins/sdk/api.md. */
export function apiReport(api: readonly ApiEntry[]): string {
  const sections = Object.entries(Object.groupBy(api, ({ entry }) => entry)).map(([entry, exported = []]) =>
    section(entry, exported),
  );
  const head = [
    '# The SDK, name by name',
    'Made from the sources by `npm run generate`; do not edit. CI compares it: what changes here is a change of the contract with plugins. How to begin: [docs/plugins.md](../../docs/plugins.md).',
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}

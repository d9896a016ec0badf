import type { Template } from './template.ts';

/** One line of `inspect`: what it says to people, or a machine-readable record. */
export type InspectLine =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'machine'; readonly category: string; readonly data: readonly string[] };

const NOTE = [
  '',
  'Note: If your build names contain user variables or template',
  "functions such as 'timestamp', these are processed at build time,",
  'and therefore only show in their raw form here.',
].join('\n');

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function say(text: string): InspectLine {
  return { kind: 'say', text };
}

function machine(category: string, ...data: readonly string[]): InspectLine {
  return { kind: 'machine', category, data };
}

/** The longest name in UTF-8, as Packer counts. */
function widthOf(names: readonly { readonly name: string }[]): number {
  return names.reduce((width, { name }) => Math.max(width, Buffer.byteLength(name)), 0);
}

function padded(name: string, width: number): string {
  return name + ' '.repeat(width - Buffer.byteLength(name));
}

function variableLines(template: Template): readonly InspectLine[] {
  if (template.variables.length === 0) return [say('Variables:\n'), say('  <No variables>')];
  const hidden = new Set(
    template.variables
      .filter((variable) => template.sensitiveVariables.includes(variable.name))
      .map((variable) => variable.default ?? ''),
  );
  const sorted = [...template.variables].sort(byName);
  const width = widthOf(sorted);
  const shown = (text: string): string => (hidden.has(text) ? '<sensitive>' : text);
  const required = sorted
    .filter((variable) => variable.default === undefined)
    .flatMap(({ name }) => [machine('template-variable', name, shown(''), '1'), say(`  ${name}`)]);
  const optional = sorted.flatMap(({ name, default: value }) => {
    if (value === undefined) return [];
    const line = say(`  ${padded(name, width)} = ${shown(value)}`);
    return [machine('template-variable', name, shown(value), '0'), line];
  });
  return [
    ...(required.length === 0 ? [] : [say('Required variables:\n'), ...required, say('')]),
    say('Optional variables and their defaults:\n'),
    ...optional,
  ];
}

/** Packer's JSON templates have none: nothing is said where there are none, so that the rest stays as Packer says it. */
function dataSourceLines({ dataSources }: Template): readonly InspectLine[] {
  if (dataSources.length === 0) return [];
  const sorted = [...dataSources].sort(byName);
  const width = widthOf(sorted);
  const lines = sorted.flatMap(({ name, type }) => [
    machine('template-data-source', name, type),
    say(`  ${padded(name, width)} (${type})`),
  ]);
  return [say('Data sources:\n'), ...lines, say('')];
}

function builderLines(template: Template): readonly InspectLine[] {
  if (template.builders.length === 0) return [say('  <No builders>')];
  const sorted = [...template.builders].sort(byName);
  const width = widthOf(sorted);
  return sorted.flatMap(({ name, type }) => [
    machine('template-builder', name, type),
    say(`  ${padded(name, width)}${name === type ? '' : ` (${type})`}`),
  ]);
}

function provisionerLines(template: Template): readonly InspectLine[] {
  if (template.provisioners.length === 0) return [say('  <No provisioners>')];
  return template.provisioners.flatMap(({ type }) => [machine('template-provisioner', type), say(`  ${type}`)]);
}

/** What `packer inspect` tells about a template, in its order and words. Required variables are sorted (Packer's order is random). */
export function inspectTemplate(template: Template): readonly InspectLine[] {
  const { description } = template;
  return [
    say('Packer Inspect: JSON mode'),
    ...(description === '' ? [] : [say('Description:\n'), say(`${description}\n`)]),
    ...variableLines(template),
    say(''),
    ...dataSourceLines(template),
    say('Builders:\n'),
    ...builderLines(template),
    say(''),
    say('Provisioners:\n'),
    ...provisionerLines(template),
    say(NOTE),
  ];
}

/** The lines for people. */
export function inspectText(lines: readonly InspectLine[]): string {
  return lines.map((line) => (line.kind === 'say' ? `${line.text}\n` : '')).join('');
}

function machineField(text: string): string {
  return text.replaceAll(',', '%!(PACKER_COMMA)').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

/** The lines for programs; `time` is milliseconds since the epoch. */
export function inspectMachineText(lines: readonly InspectLine[], time: number): string {
  const seconds = String(Math.floor(time / 1000));
  return lines
    .map((line) => {
      const [category, data] = line.kind === 'say' ? ['ui', ['say', line.text]] : [line.category, line.data];
      return `${[seconds, '', category, ...data.map(machineField)].join(',')}\n`;
    })
    .join('');
}

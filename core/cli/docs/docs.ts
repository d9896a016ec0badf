import { nameHint } from '../../diagnostics/suggest.ts';
import { UsageError } from '../../errors/errors.ts';
import { pluginFailure } from '../../plan/plugin-failure.ts';
import { defineCommand, type Command } from '../command.ts';
import { lockFileOf, lockFlags } from '../commands/plugins/lock-flags.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { wantsColour } from '../output/colour-wanted.ts';
import { print, printError } from '../output/print.ts';
import { columnsOf, UNKNOWN_COLUMNS } from '../output/terminal-of.ts';
import { componentsBeside } from '../template-plugins.ts';
import { componentMarkdown, componentText } from './component-text.ts';
import { documentedComponents, type DocumentedComponent } from './find-components.ts';

/** Longer lines are hard to read, however wide the terminal is. */
const LONGEST_LINE = 100;

function list(components: readonly DocumentedComponent[]): string {
  const kinds = Object.groupBy(components, ({ kind }) => kind);
  const parts = Object.entries(kinds).map(
    ([kind, all = []]) => `${kind}s:\n${all.map(({ type }) => `  ${type}\n`).join('')}`,
  );
  return `${parts.join('\n')}\nkiln docs TYPE shows the options of one of them.\n`;
}

function named(components: readonly DocumentedComponent[], wanted: string): readonly DocumentedComponent[] {
  const found = components.filter(({ type }) => type === wanted);
  if (found.length > 0) return found;
  throw new UsageError(`there is no component of the type ${JSON.stringify(wanted)}`, {
    code: 'COMPONENT_UNKNOWN',
    hint: nameHint(wanted, [...new Set(components.map(({ type }) => type))]) ?? 'see "kiln docs"',
  });
}

export const docs: Command = defineCommand({
  usage: 'docs [flags] [TYPE]',
  description:
    'Shows what a component does and all its options, from its schema: of those that come with Kiln, and of plugins. TYPE is what a template names; of several kinds that have one of that type, all are shown. Without TYPE it lists the types.',
  flags: {
    ...lockFlags,
    markdown: { kind: 'switch', default: false, summary: 'write a page of Markdown' },
  },
  operands: { least: 0, most: 1 },
  run: async ({ flags, operands: [wanted] }) => {
    const components = documentedComponents(componentsBeside(lockFileOf(flags)));
    if (wanted === undefined) {
      print(list(components));
      return exitCodes.ok;
    }
    const width = Math.min(columnsOf(1) ?? UNKNOWN_COLUMNS, LONGEST_LINE);
    const texts: string[] = [];
    for (const component of named(components, wanted)) {
      const { plugin } = component.entry;
      try {
        const schema = await component.entry.schema();
        texts.push(
          flags.markdown
            ? componentMarkdown(component, schema)
            : componentText(component, schema, width, wantsColour(1)),
        );
      } catch (error) {
        if (plugin === undefined) throw error;
        const { message, hint } = pluginFailure(plugin, error);
        printError(`${message}; ${hint}\n`);
      }
    }
    print(texts.join('\n'));
    return texts.length > 0 ? exitCodes.ok : exitCodes.failed;
  },
});

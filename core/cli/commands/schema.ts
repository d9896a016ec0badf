import { editorSchema } from '../../template/editor-schema/editor-schema.ts';
import { defineCommand, type Command } from '../command.ts';
import { print, printError } from '../output/print.ts';
import { componentsHere, withSchemas } from '../template-plugins.ts';

export const schema: Command = defineCommand({
  usage: 'schema',
  description:
    'Writes one JSON Schema for whole templates, made from the components that come with Kiln and from the plugins that the lock file in the working directory pins. A plugin that cannot be read is named and left out. Editors complete and check templates with it.',
  flags: {},
  operands: { least: 0, most: 0 },
  run: async () => {
    const components = await withSchemas(componentsHere(), (why) => printError(`${why}\n`));
    print(`${JSON.stringify(await editorSchema(components), undefined, 2)}\n`);
    return 0;
  },
});

import { builtin } from '../../../plugins/builtin.ts';
import { editorSchema } from '../../template/editor-schema/editor-schema.ts';
import { defineCommand, type Command } from '../command.ts';
import { print } from '../output/print.ts';

export const schema: Command = defineCommand({
  usage: 'schema',
  description:
    'Writes one JSON Schema for whole templates, made from the installed components. Editors complete and check templates with it.',
  flags: {},
  operands: { least: 0, most: 0 },
  run: async () => {
    print(`${JSON.stringify(await editorSchema(builtin), undefined, 2)}\n`);
    return 0;
  },
});

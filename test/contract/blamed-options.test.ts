import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import type { ComponentSchema } from '../../core/contract/component.ts';
import { propertiesOf } from '../../core/schema/settle.ts';
import { builtin } from '../../plugins/builtin.ts';

const root = join(import.meta.dirname, '../..');
const CLASSES = ['StepError', 'CommandError', 'TimeoutError'];

/** Codes whose errors name an option and have no pointer where they are made, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  SOURCE_UNREADABLE: 'the option that names the source is known where the source is asked for',
  FLOPPY_FULL: 'which option fills the floppy is known where its files are gathered',
  BOOT_TEXT_MISSING: 'which boot command waits for the text is known where it is typed',
  AMAZON_NO_CAPACITY: 'which options ask for a spot instance is known where it is asked for',
  SSH_HOST_KEY_UNKNOWN: 'whether the key stands in the template or in a file is known where the guest is logged in to',
  SALT_NO_ADDRESS: 'the option is the builder’s, and none of the provisioner’s own is to blame',
  ANSIBLE_UNREACHABLE: 'the playbook is named, and is not to blame',
  REBOOT_NO_BOOT_ID: 'the option is another provisioner’s',
};

interface Described {
  schema(): Promise<ComponentSchema>;
}

async function optionNames(): Promise<ReadonlySet<string>> {
  const { builders, provisioners, postProcessors } = builtin;
  const kinds: readonly Readonly<Record<string, Described>>[] = [builders, provisioners, postProcessors];
  const components = kinds.flatMap((kind) => Object.values(kind));
  const schemas = await Promise.all(components.map((component) => component.schema()));
  const names = schemas.flatMap((schema) => Object.keys(propertiesOf(schema)));
  // A single word may only be a word.
  return new Set(names.filter((name) => name.includes('_')));
}

interface Site {
  readonly place: string;
  readonly code: string;
  readonly details: string;
  readonly text: string;
}

/** The text with what the constants in it stand for behind. */
function withConstants(text: string, file: string): string {
  const constants = text.match(/\b[A-Z][A-Z_]{3,}\b/g) ?? [];
  return [text, ...constants.map((name) => new RegExp(`const ${name}\\b[^;]*;`).exec(file)?.[0] ?? '')].join(' ');
}

function sitesIn(path: string): readonly Site[] {
  const text = readFileSync(join(root, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Site[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && CLASSES.includes(node.expression.getText())) {
      const details = node.arguments?.[1]?.getText() ?? '';
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const [, code = ''] = /code: '([A-Z_0-9]+)'/.exec(details) ?? [];
      found.push({ place: `${path}:${String(line + 1)}`, code, details, text: withConstants(node.getText(), text) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sites: readonly Site[] = globSync(
  '{builders,provisioners,post-processors,data-sources,core/communicators}/**/*.ts',
  {
    cwd: root,
  },
)
  .filter((path) => !path.endsWith('.gen.ts'))
  .flatMap(sitesIn);

test('an error that tells of an option points at it', async () => {
  const names = await optionNames();
  expect(names.size).toBeGreaterThan(200);
  expect(sites.length).toBeGreaterThan(200);
  const lacking = sites
    .filter(({ details }) => !details.includes('pointer'))
    .flatMap(({ place, code, text }) => {
      const words: readonly string[] = text.match(/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g) ?? [];
      const option = words.find((word) => names.has(word));
      return option === undefined ? [] : [{ place, code, option }];
    });
  expect(lacking.filter(({ code }) => !(code in WITHOUT))).toEqual([]);
  // A reason that is not needed any more goes.
  expect(new Set(lacking.map(({ code }) => code))).toEqual(new Set(Object.keys(WITHOUT)));
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { componentFolders, root } from '../../../../core/dev/components.ts';
import { mixinPages } from '../../../../core/dev/mixin-page.ts';
import type { SchemaParts } from '../../../../core/schema/compose.ts';

/** The options of tables; what an option's own members are called has brackets. */
function rows(text: string): readonly string[] {
  return [...text.matchAll(/^\| `([^`[]+)`/gm)].map(([, option = '']) => option);
}

/** What stands between a heading and the next one that is as high. */
function section(text: string, anchor: string): string {
  const parts = text
    .split(/^(?=#+ )/m)
    .map((part) => ({ part, heading: (part.split('\n')[0] ?? '').replace(/^#+ /, '') }));
  const found = parts.filter(
    ({ heading }) => heading.toLowerCase().replaceAll(' ', '-').replaceAll(',', '') === anchor,
  );
  expect(found, anchor).toHaveLength(1);
  return found[0]?.part ?? '';
}

function optionsText(folder: string): string {
  const readme = readFileSync(join(root, folder, 'README.md'), 'utf8');
  return readme.slice(readme.indexOf('<!-- options:start -->'), readme.indexOf('<!-- options:end -->'));
}

function linked(folder: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#]+\.md)(?:#([^)]+))?\)/g)].flatMap(([, page = '', anchor]) => {
    const content = readFileSync(join(root, folder, page), 'utf8');
    return rows(anchor === undefined ? content : section(content, anchor));
  });
}

describe.each(componentFolders().map((component) => [`${component.kind} ${component.type}`, component] as const))(
  'the README of %s',
  (_name, { folder, schema }) => {
    it('has each option once: in its own table, or in one that it links to', () => {
      const text = optionsText(folder);
      const options = Object.keys(schema['properties'] as JsonObject);
      expect([...rows(text), ...linked(folder, text)].sort()).toEqual(options.sort());
    });
  },
);

function parts(name: string, description: string, mixins: readonly SchemaParts[] = []): SchemaParts {
  const properties = { [name]: { type: 'string', description: 'A text.' } };
  return {
    schema: { title: name, description, properties },
    path: join(root, 'builders/_cloud', `${name}.schema.json`),
    mixins,
  };
}

test('a mixin within another one is a section of its page, under the heading that links lead to', () => {
  const zone = parts('zone', "The zone, and the account's area.");
  const run = parts('run', 'The machine.', [zone]);
  const { pages, link } = mixinPages([run, zone], []);
  expect(pages.map(([path]) => path)).toEqual([join(root, 'builders/_cloud/run.md')]);
  expect(pages[0]?.[1]).toMatch(/^# The machine\n[^#]*`run`[^#]*\n## The zone, and the account's area\n[^#]*`zone`/m);
  expect(link(run, join(root, 'builders/cloud/README.md'))).toBe('[The machine](../_cloud/run.md)');
  expect(link(zone, join(root, 'builders/cloud/README.md'))).toBe(
    "[The zone, and the account's area](../_cloud/run.md#the-zone-and-the-accounts-area)",
  );
});

import { describe, expect, test } from 'vitest';
import { componentMarkdown, componentText } from '../../../../../core/cli/docs/component-text.ts';
import { documentedComponents } from '../../../../../core/cli/docs/find-components.ts';
import { builtin } from '../../../../../plugins/builtin.ts';

const components = documentedComponents(builtin);

describe('kiln docs', () => {
  test.each([40, 80])('fits into %i columns, whatever the component, but for words that are longer', async (width) => {
    for (const component of components) {
      const lines = componentText(component, await component.entry.schema(), width, false).split('\n');
      const tooLong = lines.filter((line) => line.length > width && line.trim().split(/\s+/).length > 1);
      // A heading's name and type may be two such words.
      expect(
        tooLong.filter((line) => !/^ {2}\S+ {2}\S+$/.test(line)),
        component.type,
      ).toEqual([]);
    }
  });

  test('has every option once, what is required first', async () => {
    const qemu = components.find(({ kind, type }) => kind === 'builder' && type === 'qemu')!;
    const schema = await qemu.entry.schema();
    const names = Object.keys(schema['properties'] as object);
    const text = componentText(qemu, schema, 80, false);
    const shown = [...text.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name = '']) => name);
    expect([...shown].sort()).toEqual([...names].sort());
    expect(text.indexOf('required')).toBeLessThan(text.indexOf('default'));
    const markdown = componentMarkdown(qemu, schema);
    for (const name of names) expect(markdown).toContain(`| \`${name}\` |`);
  });

  test('names the plugin, and lets no control character of it through', () => {
    const entry = { plugin: { name: 'kiln-plugin-x', version: '1.2.3 sha512-x', remedy: '' } };
    const schema = { description: 'a\u001b[31mb', properties: {} };
    const text = componentText({ kind: 'builder', type: 'x', entry: entry as never }, schema, 80, false);
    expect(text).toContain('builder x (plugin kiln-plugin-x 1.2.3)');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('It has no options.');
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PluginParts } from '../../support/kiln/plugin-folder.ts';
import { pluginPlace, template, type PluginPlace } from './plugin-place.ts';

let place: PluginPlace;
beforeAll(() => {
  place = pluginPlace();
});
afterAll(() => place.remove());

const good = "import { defineProvisioner } from 'kiln-sdk';\n";
const define = 'export const provisioner = defineProvisioner({ needsNoGuest: true, provision: async () => {} });\n';

/** What is refused when it is installed; all the others only show when they are loaded. */
const refused: readonly (readonly [string, PluginParts, RegExp])[] = [
  ['a schema that is no JSON', { schema: '{ "type": ' }, /PLUGIN_BROKEN\n.*schema of "hello" is wrong/],
  [
    'a schema that is no schema',
    { schema: '{ "type": "object", "properties": { "a": { "type": "strin" } } }' },
    /PLUGIN_BROKEN/,
  ],
  ['an older SDK', { kiln: { sdkVersion: '0.0' } }, /PLUGIN_SDK\n.*the plugin is too old[^]*@latest/],
  [
    'a newer SDK',
    { kiln: { sdkVersion: '1.0' } },
    /PLUGIN_SDK\n.*this Kiln is too old[^]*install a Kiln with version 1\.0/,
  ],
  [
    'a type that everything has',
    {
      kiln: {
        components: JSON.parse(
          '{ "provisioners": { "__proto__": { "schema": "./schema.json", "module": "./index.js" } } }',
        ) as object,
      },
    },
    /PLUGIN_MANIFEST .*package\.json:1:\d+ {2}\/kiln\/components\/provisioners\/__proto__/,
  ],
  [
    'a path out of its folder',
    { kiln: { components: { provisioners: { hello: { schema: '../../secret.json', module: './index.js' } } } } },
    /PLUGIN_MANIFEST[^]*leads out of the plugin/,
  ],
  ['a kind that is none', { kiln: { components: { provisoners: {} } } }, /did you mean "provisioners"\?/],
  ['a type of Kiln itself', { type: 'shell' }, /PLUGIN_CONFLICT\n.*so has Kiln itself/],
  [
    'no module',
    { kiln: { components: { provisioners: { hello: { schema: './schema.json', module: './no.js' } } } } },
    /PLUGIN_BROKEN/,
  ],
];

const unloadable: readonly (readonly [string, string, RegExp])[] = [
  ['throws at import', 'throw new TypeError("not today");', /TypeError: not today/],
  ['has a syntax error', 'export const provisioner = {', /index\.js cannot be loaded \(SyntaxError/],
  ['exports nothing', 'export const builder = 1;', /exports no "provisioner"/],
  ['exports what the SDK did not make', 'export const provisioner = { kind: "builder" };', /exports no "provisioner"/],
  [
    'changes what all objects have',
    `${good}Object.prototype.polluted = 1;\n${define}`,
    /adds "polluted" to an object that all code shares/,
  ],
  ['throws text', 'throw "text";', /cannot be loaded \(text\)/],
  [
    'asks the SDK for what it has not',
    "import { nothing } from 'kiln-sdk';",
    /does not provide an export named 'nothing'/,
  ],
];

describe('a plugin', () => {
  test.each(refused)('with %s is not installed', async (_what, parts, said) => {
    const folder = place.folder(`refused-${crypto.randomUUID()}`, parts);
    const { code, stderr } = await place.kiln(['plugins', 'install', folder]);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code === 1 || code === 2).toBe(true);
  });

  test.each(unloadable)(
    'that %s names itself and the remedy, and builds without it go on',
    async (_what, module, said) => {
      const folder = place.folder('hello', { module });
      expect((await place.kiln(['plugins', 'install', folder])).code).toBe(0);
      place.write('web.json', template('hi'));
      const { code, stderr } = await place.kiln(['validate', 'web.json']);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /PLUGIN_BROKEN {2}web\.json:1:\d+ {2}\/provisioners\/0\/type\n.*kiln-plugin-hello 1\.0\.0/,
      );
      expect(stderr).toMatch(said);
      expect(stderr).toContain(`hint: mend it in ${folder}`);
      place.write('other.json', { builders: [{ type: 'null', communicator: 'none' }] });
      expect(await place.kiln(['build', 'other.json'])).toMatchObject({ code: 0, stderr: '' });
      expect((await place.kiln(['plugins', 'doctor'])).stdout).toMatch(said);
    },
  );

  test('that throws an error of the SDK is told as one of Kiln’s own', async () => {
    await place.kiln(['plugins', 'install', place.folder('hello')]);
    const { code, stdout } = await place.kiln(['build', place.write('web.json', template('fail'))]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/HELLO_NO {2}web\.json:1:\d+ {2}\/provisioners\/0\/message/);
    expect(stdout).toContain('hint: say another');
  });

  test('beside another with the same type: who uses it is told, and how to go on', async () => {
    await place.kiln(['plugins', 'install', place.folder('hello')]);
    const { plugins } = place.lock();
    place.write('kiln-plugins.lock.json', {
      lockVersion: 1,
      plugins: { ...plugins, 'kiln-plugin-twin': plugins['kiln-plugin-hello'] },
    });
    const { stderr } = await place.kiln(['validate', place.write('web.json', template('hi'))]);
    expect(stderr).toMatch(/PLUGIN_CONFLICT[^]*kiln plugins remove kiln-plugin-twin/);
  });
});

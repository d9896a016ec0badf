import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a plugin for a test is made of. */
export interface PluginParts {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  /** Laid over the manifest. */
  readonly kiln?: object;
  /** Laid over package.json. */
  readonly package?: object;
  /** Text of schema.json. */
  readonly schema?: string;
  /** Text of index.js. */
  readonly module?: string;
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
}

const SCHEMA = JSON.stringify({
  title: 'hello',
  description: 'Says hello.',
  type: 'object',
  properties: { message: { type: 'string', description: 'What it says.' } },
  required: ['message'],
  additionalProperties: false,
});

const MODULE = `import { defineProvisioner, StepError } from 'kiln-sdk';
export const provisioner = defineProvisioner({
  needsNoGuest: true,
  provision: async ({ message }, run) => {
    run.say('hello ' + message);
    if (message === 'fail') throw new StepError('no', { code: 'HELLO_NO', pointer: '/message', hint: 'say another' });
  },
});
`;

/** Writes a plugin with a provisioner that says a message, or what differs from that; its folder. */
export function pluginFolder(folder: string, parts: PluginParts = {}): string {
  const { name = 'kiln-plugin-hello', version = '1.0.0', type = 'hello' } = parts;
  const components = { provisioners: { [type]: { schema: './schema.json', module: './index.js' } } };
  const content = {
    ...{ name, version, type: 'module', keywords: ['kiln-plugin'] },
    kiln: { sdkVersion: '0.1', components, ...parts.kiln },
    ...parts.package,
  };
  const files = {
    'package.json': JSON.stringify(content),
    'schema.json': parts.schema ?? SCHEMA,
    'index.js': parts.module ?? MODULE,
    ...parts.files,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

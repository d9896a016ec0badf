import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { componentFolders } from '../../core/dev/components.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { builtin } from '../../plugins/builtin.ts';
import { conformance } from '../../plugins/sdk/testing.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-component-runs-'));
const made = join(directory, 'made');
const image = join(directory, 'image.raw');
writeFileSync(image, 'an image'.repeat(1000));
afterAll(() => rmSync(directory, { recursive: true }));

/** Options with which a component does its work on no more than a guest in memory and a file. */
const runnable: Readonly<Record<string, JsonObject>> = {
  'builder/file': { target: made, content: 'x' },
  'builder/null': { communicator: 'none' },
  'provisioner/file': { source: image, destination: '/tmp/image' },
  'provisioner/shell-local': { inline: ['true'] },
  'provisioner/sleep': { duration: '20ms' },
  'post-processor/artifice': { files: [image] },
  'post-processor/checksum': { output: made },
  'post-processor/compress': { output: `${made}.gz` },
  'post-processor/manifest': { output: made },
  'post-processor/shell-local': { inline: ['true'] },
};

describe.each(Object.entries(runnable))('%s, run, cancelled and failing at each point of its work', (name, options) => {
  const [kind, type = ''] = name.split('/');
  const component = componentFolders().find((each) => each.kind === kind && each.type === type);
  const registry = {
    builder: builtin.builders,
    provisioner: builtin.provisioners,
    'post-processor': builtin.postProcessors,
  };
  const artifact = { builderId: 'test', id: 'image', description: 'an image', files: [image], properties: {} };
  const reset = (): Promise<void> =>
    Promise.all(['', '.gz'].map((end) => rm(made + end, { recursive: true, force: true }))).then(() => undefined);

  it('keeps the rules', async () => {
    const entry = registry[kind as keyof typeof registry][type];
    if (component === undefined || entry === undefined) throw new Error(`there is no ${name}`);
    const tested = { type, schema: component.schema, component: await entry.load() };
    const given = { options, reset, artifact };
    const known = new Set(conformance(tested).map(({ rule }) => rule));
    for (const { rule, check } of conformance(tested, given)) if (!known.has(rule)) await check();
  }, 60_000);
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import type { Artifact } from '../../../../plugins/sdk/index.ts';
import { fakeGuest, prepare, runBuilder, runPostProcessor, runProvisioner } from '../../../../plugins/sdk/testing.ts';
import { pluginIn } from '../../../support/plugins/process-plugin.ts';

const folder = join(root, 'examples/plugins/python');

async function place(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kiln-cloudlet-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('a provisioner writes a file of the guest and shows what a command says', async () => {
  const guest = fakeGuest((command) => (command.startsWith('cat ') ? { stdout: 'Welcome\n' } : undefined));
  const motd = await (await pluginIn(folder))('provisioners', 'motd');
  const run = await runProvisioner(motd, { text: 'Welcome', show: true }, { guest });
  expect(run.failure).toBeUndefined();
  expect(run.outcome).toBe('succeeded');
  expect(guest.files.get('/etc/motd')?.toString()).toBe('Welcome\n');
  expect(guest.commands).toEqual(['cat /etc/motd']);
  expect(run.lines).toContain('Writing /etc/motd');
  expect(run.lines).toContain('Welcome');
});

describe('a builder', () => {
  test('makes an image and gives its server back', async () => {
    const cloud = await place();
    const cloudlet = await (await pluginIn(folder))('builders', 'cloudlet');
    const run = await runBuilder(cloudlet, { cloud, image: 'web' });
    expect(run.failure).toBeUndefined();
    expect(run.artifacts).toMatchObject([{ builderId: 'example.cloudlet', files: [] }]);
    expect(run.leftBehind).toEqual([]);
    const left = await readdir(cloud);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^image-/);
  });

  test('says what is wrong with its options when the schema cannot', async () => {
    const cloudlet = await (await pluginIn(folder))('builders', 'cloudlet');
    const template = '{"builders": [{"type": "cloudlet", "cloud": "/nowhere/at/all"}]}';
    expect(await prepare(cloudlet, template)).toMatchObject([
      {
        code: 'CLOUDLET_CLOUD',
        pointer: '/builders/0/cloud',
        hint: 'make it',
        location: { line: 1 },
      },
    ]);
  });
});

test('a post-processor writes its output whole, or not at all', async () => {
  const directory = await place();
  const output = join(directory, 'notes.txt');
  const notes = await (await pluginIn(folder))('post-processors', 'notes');
  const artifact: Artifact = { builderId: 'x', id: 'i-1', description: 'An image', files: [], properties: {} };
  const run = await runPostProcessor(notes, { output }, { artifact });
  expect(run.failure).toBeUndefined();
  expect(await readFile(output, 'utf8')).toBe('build: test\nid: i-1\nAn image\n');
  expect(run.artifacts.map(({ id, files }) => [id, files])).toContainEqual(['i-1', [output]]);

  await writeFile(output, 'mine');
  const again = await runPostProcessor(notes, { output }, { artifact });
  expect(again.failure?.code).toBe('OUTPUT_EXISTS');
  expect(await readFile(output, 'utf8')).toBe('mine');
});

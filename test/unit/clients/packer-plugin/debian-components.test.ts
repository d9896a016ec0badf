import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  configSpec,
  configurePostProcessor,
  prepareBuilder,
  prepareProvisioner,
  runBuilder,
  runPostProcessor,
  runProvisioner,
  type RunningGuest,
} from '../../../../clients/packer-plugin/index.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { debianPlugin } from '../../../support/packer-plugin/debian-plugin.ts';
import { heardUi } from '../../../support/packer-plugin/heard-ui.ts';
import { localCommunicator } from '../../../support/packer-plugin/local-communicator.ts';
import { nullBuilder, sshdMissing } from '../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';

const { signal } = new AbortController();
const about = { packer_build_name: 'web', packer_builder_type: 'null', packer_core_version: '1.6.6' };

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-packer-plugin-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  return directory;
}

describe.skipIf(lacks(['packer']))("Debian's components, as plugins", () => {
  test('shell runs its script, and says what it does and what the guest says', async () => {
    await using plugin = await debianPlugin('packer-provisioner-shell');
    const inline = ['echo "$GREETING from $PACKER_BUILD_NAME"', 'echo oh >&2', 'exit 3'];
    const config = { inline, environment_vars: ['GREETING=hello'], valid_exit_codes: [3] };
    await prepareProvisioner(plugin, [config, about]);
    const ui = heardUi();
    await runProvisioner(plugin, { ui, communicator: localCommunicator, data: {}, signal });
    expect(ui.heard[0]).toMatch(/^say Provisioning with shell script: /);
    expect(ui.heard).toContain('message hello from web');
    expect(ui.heard).toContain('error oh');
  });

  test('a script that fails is told with its exit status', async () => {
    await using plugin = await debianPlugin('packer-provisioner-shell');
    await prepareProvisioner(plugin, [{ inline: ['exit 300 || true', 'exit 9'] }, about]);
    const parts = { ui: heardUi(), communicator: localCommunicator, data: {}, signal };
    await expect(runProvisioner(plugin, parts)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(/non-zero exit status: \d+/) as string,
    });
  });

  test('what is wrong with options comes in the words of the plugin', async () => {
    await using plugin = await debianPlugin('packer-provisioner-shell');
    await expect(prepareProvisioner(plugin, [{ inlin: ['x'] }, about])).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('unknown configuration key: \'"inlin"\'') as string,
    });
  });

  test('a running script ends when the provisioner is cancelled', async () => {
    await using plugin = await debianPlugin('packer-provisioner-shell-local');
    await prepareProvisioner(plugin, [{ inline: ['sleep 60'] }, about]);
    const controller = new AbortController();
    const parts = { ui: heardUi(), communicator: localCommunicator, data: {}, signal: controller.signal };
    const running = runProvisioner(plugin, parts);
    controller.abort();
    await expect(running).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(/^Error executing script/) as string,
    });
  });

  test('file uploads and downloads, with progress, files and directories', async () => {
    const directory = newDirectory();
    const content = Buffer.alloc(3_000_001, 'kiln');
    writeFileSync(join(directory, 'here'), content);
    mkdirSync(join(directory, 'tree'));
    writeFileSync(join(directory, 'tree/leaf'), 'leaf');
    for (const [options, place] of [
      [{ source: 'here', destination: 'there' }, 'there'],
      [{ source: 'there', destination: 'back', direction: 'download' }, 'back'],
    ] as const) {
      await using plugin = await debianPlugin('packer-provisioner-file');
      const { source, destination } = options;
      const paths = { ...options, source: join(directory, source), destination: join(directory, destination) };
      await prepareProvisioner(plugin, [paths, about]);
      const ui = heardUi();
      await runProvisioner(plugin, { ui, communicator: localCommunicator, data: {}, signal });
      expect(readFileSync(join(directory, place)).equals(content)).toBe(true);
      if (place === 'there') expect(ui.heard).toContain('progress here 3000001/3000001');
    }
    await using plugin = await debianPlugin('packer-provisioner-file');
    const tree = { source: join(directory, 'tree'), destination: directory };
    mkdirSync(join(directory, 'into'));
    await prepareProvisioner(plugin, [{ ...tree, destination: join(directory, 'into') }, about]);
    await runProvisioner(plugin, { ui: heardUi(), communicator: localCommunicator, data: {}, signal });
    expect(readdirSync(join(directory, 'into'))).toEqual(['tree']);
  });

  test('a post-processor reads our artifact and answers its own', async () => {
    const directory = newDirectory();
    const image = join(directory, 'disk.img');
    writeFileSync(image, 'kiln\n');
    await using plugin = await debianPlugin('packer-post-processor-checksum');
    const output = join(directory, 'sums.{{.ChecksumType}}');
    await configurePostProcessor(plugin, [{ checksum_types: ['md5'], output }, about]);
    const input = { builderId: 'packer.file', files: [image], id: '', description: 'a disk', state: () => undefined };
    const { artifact, keep, force } = await runPostProcessor(plugin, input, heardUi(), signal);
    expect(artifact).toMatchObject({
      builderId: 'packer.post-processor.checksum',
      files: [image, `${directory}/sums.md5`],
    });
    expect({ keep, force }).toEqual({ keep: true, force: true });
    expect(readFileSync(join(directory, 'sums.md5'), 'utf8')).toMatch(/^[0-9a-f]{32}\tdisk\.img\n$/);
  });

  test('a builder makes its artifact, and gives it up', async () => {
    const target = join(newDirectory(), 'out.txt');
    await using plugin = await debianPlugin('packer-builder-file');
    expect(await prepareBuilder(plugin, [{ target, content: 'made' }, about])).toEqual({
      generatedVars: [],
      warnings: [],
    });
    const artifact = await runBuilder(plugin, { ui: heardUi(), signal, provision: () => Promise.resolve() });
    expect(artifact).toMatchObject({
      builderId: 'packer.file',
      files: [target],
      description: `Stored file: ${target}`,
    });
    expect(readFileSync(target, 'utf8')).toBe('made');
    await artifact?.destroy();
    expect(() => readFileSync(target)).toThrow(/ENOENT/);
  });

  test('options are known by name and type', async () => {
    await using shell = await debianPlugin('packer-provisioner-shell');
    const options = await configSpec(shell, 'Provisioner', 'gob');
    expect(options.get('valid_exit_codes')).toEqual({
      type: { kind: 'list', element: { kind: 'number' } },
      required: false,
    });
    expect(options.get('binary')).toEqual({ type: { kind: 'boolean' }, required: false });
    await using qemu = await debianPlugin('packer-builder-qemu');
    const machine = await configSpec(qemu, 'Builder', 'gob');
    expect(machine.size).toBe(119);
    expect(machine.get('qemu_img_args')?.type).toMatchObject({ kind: 'object' });
    await using ebs = await debianPlugin('packer-builder-amazon-ebs');
    const filter = (await configSpec(ebs, 'Builder', 'gob')).get('source_ami_filter')?.type;
    const { options: inner } = filter?.kind === 'object' ? filter : { options: new Map() };
    expect(inner.get('most_recent')).toEqual({ type: { kind: 'boolean' }, required: false });
  });
});

const testOverSsh = testWithSshd();
describe.skipIf(lacks(['packer']) || sshdMissing())("Debian's null builder, over SSH", () => {
  testOverSsh('our provisioners work in its guest', async ({ sshd }) => {
    const directory = newDirectory();
    await using plugin = await debianPlugin('packer-builder-null');
    await prepareBuilder(plugin, [nullBuilder(sshd), about]);
    const seen: unknown[] = [];
    async function provision({ communicator, data }: RunningGuest): Promise<void> {
      seen.push(data['ConnType']);
      const path = join(directory, 'file');
      await communicator.upload(path, Readable.from([Buffer.alloc(2_000_000, 'x')]), undefined);
      const output: Buffer[] = [];
      const stdout = new PassThrough().on('data', (chunk: Buffer) => output.push(chunk));
      const command = `wc -c < ${path}; cat; exit 7`;
      seen.push(await communicator.run({ command, stdin: Readable.from(['typed']), stdout }));
      seen.push(Buffer.concat(output).toString());
      let bytes = 0;
      await communicator.download(
        path,
        new PassThrough().on('data', (chunk: Buffer) => (bytes += chunk.length)),
      );
      seen.push(bytes);
      mkdirSync(join(directory, 'from'));
      writeFileSync(join(directory, 'from/leaf'), 'leaf');
      mkdirSync(join(directory, 'to'));
      await communicator.uploadDirectory(join(directory, 'to'), `${directory}/from/`, []);
    }
    const artifact = await runBuilder(plugin, { ui: heardUi(), signal, provision });
    expect(seen).toEqual(['ssh', 7, '2000000\ntyped', 2_000_000]);
    expect(readdirSync(join(directory, 'to'))).toEqual(['leaf']);
    expect(artifact?.files).toEqual([]);
  });

  testOverSsh('what a provisioner throws fails the builder', async ({ sshd }) => {
    await using plugin = await debianPlugin('packer-builder-null');
    await prepareBuilder(plugin, [nullBuilder(sshd), about]);
    const provision = (): Promise<void> => Promise.reject(new Error('no room in the guest'));
    await expect(runBuilder(plugin, { ui: heardUi(), signal, provision })).rejects.toMatchObject({
      reason: 'refused',
      message: 'no room in the guest',
    });
  });
});

import { execFile } from 'node:child_process';
import { appendFile, chmod, link, mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builder } from '../../../../builders/file/index.ts';
import type { FileBuilderConfig } from '../../../../builders/file/config.gen.ts';
import type { PrepareContext } from '../../../../plugins/sdk/index.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { mountSmallDisk } from '../../../support/qemu/small-disk.ts';

let work: WorkingDirectory;
beforeEach(async () => {
  work = await enterWorkingDirectory();
});
afterEach(() => work.leave());

describe('prepare', () => {
  const context: PrepareContext = {
    buildName: 'vm',
    builderType: 'file',
    force: false,
    from: undefined,
    statPath: (path) => (path === 'folder' ? 'directory' : undefined),
    readStart: () => undefined,
    environment: () => undefined,
  };

  const decoded = (options: FileBuilderConfig): FileBuilderConfig => componentConfig('builders/file', { ...options });

  test.each<[FileBuilderConfig, string, string]>([
    [{ target: 'folder', content: 'x' }, 'FILE_TARGET_DIRECTORY', '/target'],
    [{ target: 'a', source: 'b', content: 'x' }, 'FILE_SOURCE_AND_CONTENT', '/content'],
    [{ target: 'a', source: './a' }, 'FILE_SOURCE_IS_TARGET', '/target'],
    [{ target: 'a' }, 'FILE_EMPTY', ''],
    [{ target: 'a', source: '', content: '' }, 'FILE_EMPTY', ''],
  ])('%j gives %s', (options, code, pointer) => {
    expect(builder.prepare(decoded(options), context)).toMatchObject([
      { code, pointer, severity: code === 'FILE_EMPTY' ? 'warning' : 'error' },
    ]);
  });

  test.each<[FileBuilderConfig]>([[{ target: 'a', source: 'b' }], [{ target: 'a', content: 'x', source: '' }]])(
    '%j is fine',
    (options) => expect(builder.prepare(decoded(options), context)).toEqual([]),
  );
});

describe('run', () => {
  test('content becomes a file for its owner alone, in directories made for it', async () => {
    let provisioned = 0;
    const provision = (): Promise<void> => {
      provisioned++;
      return Promise.resolve();
    };
    const build = await handMadeBuild({ provision });
    const artifact = await builder.run({ target: 'a/b/notes', content: 'ü\n' }, build);
    await build.releaseAll();
    expect(artifact).toEqual({
      builderId: 'packer.file',
      id: 'File',
      description: 'Stored file: a/b/notes',
      files: [join(work.path, 'a/b/notes')],
      properties: {},
    });
    expect(await readFile('a/b/notes', 'utf8')).toBe('ü\n');
    expect((await stat('a/b/notes')).mode & 0o777).toBe(0o600);
    expect(await work.list()).toEqual(['a', 'a/b', 'a/b/notes']);
    expect(build.steps).toEqual(['check paths', 'write file']);
    expect(provisioned).toBe(1);
  });

  test('a source is copied and keeps its place; without source and content the target is empty', async () => {
    const content = Buffer.alloc(3_000_001, 'kiln');
    await writeFile('source', content);
    await builder.run({ target: 'copy', source: 'source' }, await handMadeBuild());
    await builder.run({ target: 'empty' }, await handMadeBuild());
    expect((await readFile('copy')).equals(content)).toBe(true);
    await promisify(execFile)('touch', ['new']);
    expect((await stat('copy')).mode).toBe((await stat('new')).mode);
    expect((await stat('empty')).size).toBe(0);
  });

  test('holes stay holes', async () => {
    await writeFile('source', 'start');
    await truncate('source', 9_000_001);
    await appendFile('source', 'end');
    await truncate('source', 20_000_000);
    await builder.run({ target: 'copy', source: 'source' }, await handMadeBuild());
    expect((await readFile('copy')).equals(await readFile('source'))).toBe(true);
    expect((await stat('copy')).blocks * 512).toBeLessThan(200_000);
  });

  test('a target that is there is replaced: its mode and a symbolic link to it stay', async () => {
    await writeFile('real', 'old');
    await chmod('real', 0o640);
    await symlink('real', 'target');
    const build = await handMadeBuild();
    await builder.run({ target: 'target', content: 'new' }, build);
    await build.releaseAll();
    expect(await readFile('real', 'utf8')).toBe('new');
    expect((await stat('real')).mode & 0o777).toBe(0o640);
    expect(await work.list()).toEqual(['real', 'target']);
  });

  test('a source that is missing, a directory or the target itself is refused', async () => {
    await mkdir('folder');
    await writeFile('one', 'x');
    await link('one', 'two');
    const failing = async (config: FileBuilderConfig): Promise<unknown> =>
      builder.run(config, await handMadeBuild()).catch((error: unknown) => error);
    expect(await failing({ target: 'a', source: 'gone' })).toMatchObject({
      code: 'FILE_SOURCE_MISSING',
      message: 'the source gone does not exist',
    });
    expect(await failing({ target: 'a', source: 'folder' })).toMatchObject({
      code: 'FILE_SOURCE_MISSING',
      message: 'the source folder is a directory',
    });
    expect(await failing({ target: 'two', source: 'one' })).toMatchObject({ code: 'FILE_SOURCE_IS_TARGET' });
    expect(await failing({ target: 'folder', content: 'x' })).toMatchObject({ code: 'OUTPUT_NOT_A_FILE' });
    expect(await work.list()).toEqual(['folder', 'one', 'two']);
    expect(await readFile('one', 'utf8')).toBe('x');
  });

  test('cancelling midway leaves nothing', async () => {
    await writeFile('source', '');
    await truncate('source', 50 * 2 ** 30);
    const cancel = new AbortController();
    const build = await handMadeBuild({ signal: cancel.signal });
    setTimeout(() => cancel.abort(), 150);
    await expect(builder.run({ target: 'a/copy', source: 'source' }, build)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await build.releaseAll();
    expect(await work.list()).toEqual(['source']);
  });

  test('on a full disk the old target stays, and the reason is told', async (context) => {
    const small = await mountSmallDisk('small', 64);
    if (small === undefined) return context.skip('mounting a file system is not allowed here');
    try {
      await writeFile('small/target', 'old');
      await writeFile('source', Buffer.alloc(1_000_000, 'x'));
      const build = await handMadeBuild();
      await expect(builder.run({ target: 'small/target', source: 'source' }, build)).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITTEN',
        pointer: '/target',
        message: expect.stringMatching(/^cannot write small\/target: .*no space/i) as string,
        hint: expect.stringContaining('free some space') as string,
      });
      await build.releaseAll();
      expect(await readFile('small/target', 'utf8')).toBe('old');
      expect(await work.list()).toEqual(['small', 'small/target', 'source']);
    } finally {
      await small.unmount();
    }
  });

  test('target, mode and artifact are as Packer 1.6.6 makes them', async (context) => {
    const run = promisify(execFile);
    const packer = await run('packer', ['version']).catch(() => undefined);
    if (packer?.stdout.startsWith('Packer v1.6.6') !== true) {
      expect(process.env['CI'], 'packer 1.6.6 has to be installed for this test').not.toBe('true');
      return context.skip('packer 1.6.6 is not installed');
    }
    const configs: readonly FileBuilderConfig[] = [
      { target: 'out/content', content: 'text' },
      { target: 'out/copy', source: 'template.json' },
      { target: 'out/empty' },
    ];
    for (const config of configs) {
      await writeFile('template.json', JSON.stringify({ builders: [{ type: 'file', ...config }] }));
      const env = { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: work.path, HOME: work.path };
      const { stdout } = await run('packer', ['build', '-machine-readable', 'template.json'], { env });
      const theirs = { content: await readFile(config.target, 'utf8'), mode: (await stat(config.target)).mode };
      await run('rm', ['-r', 'out']);
      const artifact = await builder.run(config, await handMadeBuild());
      const ours = { content: await readFile(config.target, 'utf8'), mode: (await stat(config.target)).mode };
      expect(ours).toEqual(theirs);
      expect(stdout).toContain(`builder-id,${artifact.builderId}\n`);
      expect(stdout).toContain(`id,${artifact.id}\n`);
      expect(stdout).toContain(`string,${artifact.description}\n`);
    }
  });
});

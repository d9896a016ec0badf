import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ManifestPostProcessorConfig } from '../../../../post-processors/manifest/config.gen.ts';
import { readManifest } from '../../../../post-processors/manifest/manifest-file.ts';
import { postProcess } from '../../../../post-processors/manifest/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';
import { mountSmallDisk } from '../../../support/qemu/small-disk.ts';

const shell = promisify(execFile);
const writer = join(import.meta.dirname, '../../../support/kiln/write-manifest-entries.ts');
const defaults: ManifestPostProcessorConfig = componentConfig('post-processors/manifest', {});

let work: WorkingDirectory;
beforeEach(async () => {
  work = await enterWorkingDirectory();
});
afterEach(() => work.leave());

async function names(): Promise<readonly string[]> {
  return readManifest(await readFile('packer-manifest.json', 'utf8')).builds.map(({ name }) => name);
}

test('a new manifest has the run, the files below the working directory and no line end at its end', async () => {
  await mkdir('out');
  await writeFile('out/disk', '12345');
  const input = artifactOf([join(work.path, 'out/disk'), join(work.path, 'gone'), '/etc/hostname']);
  const result = await postProcess(input, defaults, postProcessRun());
  expect(result).toEqual({ artifact: 'input', input: 'contained' });
  const { size } = await stat('/etc/hostname');
  expect(await readFile('packer-manifest.json', 'utf8')).toBe(`{
  "builds": [
    {
      "name": "vm",
      "builder_type": "qemu",
      "build_time": 1700000000,
      "files": [
        {
          "name": "out/disk",
          "size": 5
        },
        {
          "name": "gone",
          "size": 0
        },
        {
          "name": "/etc/hostname",
          "size": ${size}
        }
      ],
      "artifact_id": "VM",
      "packer_run_uuid": "5bfae260-e0ed-8c0e-9d89-9b03751d62a8",
      "custom_data": null
    }
  ],
  "last_run_uuid": "5bfae260-e0ed-8c0e-9d89-9b03751d62a8"
}`);
});

test('paths and the time are left out when asked', async () => {
  await writeFile('disk', '');
  const config = { ...defaults, strip_path: true, strip_time: true };
  await postProcess(artifactOf([join(work.path, 'some/disk')]), config, postProcessRun());
  const text = await readFile('packer-manifest.json', 'utf8');
  expect(text).not.toContain('build_time');
  expect(readManifest(text).builds[0]?.files).toEqual([{ name: 'disk', size: 0 }]);
});

test('builds of a run and of later runs are added; -force drops those of earlier runs only', async () => {
  const [first, second, third] = ['run-1', 'run-2', 'run-3'];
  await postProcess(artifactOf([]), defaults, postProcessRun({ buildName: 'a', runId: first }));
  await postProcess(artifactOf([]), defaults, postProcessRun({ buildName: 'b', runId: second }));
  expect(await names()).toEqual(['a', 'b']);
  await postProcess(artifactOf([]), defaults, postProcessRun({ buildName: 'c', runId: third, force: true }));
  await postProcess(artifactOf([]), defaults, postProcessRun({ buildName: 'd', runId: third, force: true }));
  expect(await names()).toEqual(['c', 'd']);
});

test('digests, sizes and sources are said when asked for, and stay when entries are added', async () => {
  const path = join(work.path, 'disk.img');
  await writeFile(path, 'kiln');
  await truncate(path, 1 << 20);
  const disks = [{ path, format: 'raw', virtualSize: 1 << 20 }];
  const input = { ...artifactOf([path, writer]), disks };
  const config = { ...defaults, digests: ['sha256', 'blake3'] as const, sizes: true, sources: true };
  const data = { ID: 'i-1', SourceAMI: 'ami-1', SourceAMIName: 'base' };
  await postProcess(input, { ...config, digests: [...config.digests] }, postProcessRun({ data }));
  await postProcess(artifactOf([path]), defaults, postProcessRun());
  interface Written {
    readonly builds: readonly { readonly files: readonly object[]; readonly sources?: object }[];
  }
  const [first, second] = (JSON.parse(await readFile('packer-manifest.json', 'utf8')) as Written).builds;
  const { blocks } = await stat(path);
  expect(first?.files[0]).toEqual({
    name: 'disk.img',
    size: 1 << 20,
    allocated: blocks * 512,
    format: 'raw',
    virtual_size: 1 << 20,
    digests: {
      sha256: (await shell('sha256sum', [path])).stdout.slice(0, 64),
      blake3: (await shell('b3sum', [path])).stdout.slice(0, 64),
    },
  });
  expect(Object.keys(first?.files[1] ?? {})).toEqual(['name', 'size', 'allocated', 'digests']);
  expect(first?.sources).toEqual({ SourceAMI: 'ami-1', SourceAMIName: 'base' });
  expect(second).not.toHaveProperty('sources');
  expect(second?.files).toEqual([{ name: 'disk.img', size: 1 << 20 }]);
});

test('files that were uploaded are there by their URLs, with sizes and digests', async () => {
  const remotes = [{ url: 's3://bucket/images/disk', size: 123, sha256: 'ab'.repeat(32) }];
  await postProcess({ ...artifactOf([]), remotes }, defaults, postProcessRun());
  const { builds } = JSON.parse(await readFile('packer-manifest.json', 'utf8')) as { builds: { files: unknown }[] };
  expect(builds[0]?.files).toEqual([
    { name: 's3://bucket/images/disk', size: 123, digests: { sha256: 'ab'.repeat(32) } },
  ]);
});

test('a file that has no digest fails the post-processor', async () => {
  const gone = postProcess(artifactOf([join(work.path, 'gone')]), { ...defaults, digests: ['md5'] }, postProcessRun());
  await expect(gone).rejects.toMatchObject({
    code: 'MANIFEST_FILE_UNREADABLE',
    message: 'cannot read gone: it does not exist',
  });
  expect(await work.list()).toEqual([]);
});

test('missing directories are made, and a symbolic link to a manifest stays one', async () => {
  await mkdir('kept');
  await symlink('kept/real.json', 'link.json');
  await writeFile('kept/real.json', '');
  await postProcess(artifactOf([]), { ...defaults, output: 'link.json' }, postProcessRun());
  expect(readManifest(await readFile('kept/real.json', 'utf8')).builds).toHaveLength(1);
  const run = postProcessRun();
  await postProcess(artifactOf([]), { ...defaults, output: 'a/b/m.json' }, run);
  await run.scope.releaseAll();
  expect(await work.list()).toEqual(['a', 'a/b', 'a/b/m.json', 'kept', 'kept/real.json', 'link.json']);
});

test('entries of concurrent processes and of concurrent builds in them are all kept', { timeout: 60_000 }, async () => {
  const output = join(work.path, 'packer-manifest.json');
  const processes = ['one', 'two', 'three'].map((name) => shell(process.execPath, [writer, output, name, '15']));
  const here = Array.from({ length: 15 }, (_, number) =>
    postProcess(artifactOf([]), defaults, postProcessRun({ buildName: `here-${number}` })),
  );
  await Promise.all([...processes, ...here]);
  const found = await names();
  expect(found).toHaveLength(60);
  for (const name of ['one', 'two', 'three']) expect(found.filter((other) => other === name)).toHaveLength(15);
  expect(new Set(found.filter((name) => name.startsWith('here-'))).size).toBe(15);
  expect(await work.list()).toEqual(['packer-manifest.json']);
});

test.each([
  ['{"builds": [', 'JSON'],
  ['[]', 'it is not a JSON object'],
  ['{"builds": {}}', 'builds is not a list'],
  ['{"builds": [{"name": 3}]}', 'builds[0].name is not text'],
  ['{"builds": [{"files": [{"size": "1"}]}]}', 'builds[0].files[0].size is not a whole number'],
  ['{"builds": [{"custom_data": []}]}', 'builds[0].custom_data is not an object'],
])('a file that is no manifest (%s) is refused and left as it is', async (text, reason) => {
  await writeFile('packer-manifest.json', text);
  const run = postProcessRun();
  const failing = postProcess(artifactOf([]), defaults, run);
  await expect(failing).rejects.toMatchObject({
    code: 'MANIFEST_BROKEN',
    message: expect.stringContaining(reason) as string,
  });
  await run.scope.releaseAll();
  expect(await readFile('packer-manifest.json', 'utf8')).toBe(text);
  expect(await work.list()).toEqual(['packer-manifest.json']);
});

test('a manifest that is a directory fails with the reason', async () => {
  await mkdir('packer-manifest.json');
  await expect(postProcess(artifactOf([]), defaults, postProcessRun())).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITTEN',
    message: 'cannot write packer-manifest.json: it is a directory',
  });
});

test('on a full disk the manifest stays as it was, and the reason is told', async (context) => {
  const small = await mountSmallDisk('small', 16);
  if (small === undefined) return context.skip('mounting a file system is not allowed here');
  try {
    const config = { ...defaults, output: 'small/m.json' };
    await postProcess(artifactOf([]), config, postProcessRun());
    const before = await readFile('small/m.json', 'utf8');
    await writeFile('small/filling', Buffer.alloc(64 * 1024)).catch(() => undefined);
    const run = postProcessRun();
    await expect(postProcess(artifactOf([]), config, run)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITTEN',
      message: 'cannot write small/m.json: no space is left on the device',
    });
    await run.scope.releaseAll();
    expect(await readFile('small/m.json', 'utf8')).toBe(before);
    expect(await work.list()).toEqual(['small', 'small/filling', 'small/m.json']);
  } finally {
    await small.unmount();
  }
});

test('a cancelled run that waits for the lock writes nothing and leaves nothing', async () => {
  await symlink('someone', 'packer-manifest.json.lock');
  const cancel = new AbortController();
  const run = postProcessRun({ signal: cancel.signal });
  setTimeout(() => cancel.abort(), 50);
  await expect(postProcess(artifactOf([]), defaults, run)).rejects.toMatchObject({ code: 'CANCELLED' });
  await run.scope.releaseAll();
  expect(await work.list()).toEqual(['packer-manifest.json.lock']);
});

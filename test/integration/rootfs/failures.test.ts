import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RootfsBuilderConfig } from '../../../builders/rootfs/config.gen.ts';
import { layOutDisk } from '../../../builders/rootfs/disk/disk-layout.ts';
import { run } from '../../../builders/rootfs/run.ts';
import { writeRootFileSystem } from '../../../builders/rootfs/steps/write-root-file-system.ts';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { componentConfig } from '../../support/component-config.ts';
import { handMadeBuild } from '../../support/kiln/hand-made-build.ts';
import { lacks } from '../../support/kiln/needs.ts';

const mark = crypto.randomUUID();

function configOf(directory: string, mirror: string): RootfsBuilderConfig {
  return componentConfig('builders/rootfs', { mirror, output_directory: join(directory, 'output') });
}

describe.skipIf(lacks(['mmdebstrap', 'mke2fs'], true))('a rootfs build that fails', () => {
  let directory = '';
  let server: Server | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-rootfs-'));
    vi.stubEnv('KILN_RUN_ID', mark);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    server?.closeAllConnections();
    server?.close();
    await rm(directory, { recursive: true });
  });

  it('says what apt said when the mirror does not answer, and leaves nothing', async () => {
    const build = await handMadeBuild();
    const failed = run(configOf(directory, 'http://127.0.0.1:9/debian'), build);
    await expect(failed).rejects.toMatchObject({
      code: 'ROOTFS_PACKAGES',
      message: expect.stringMatching(/^mmdebstrap could not install the packages: .*127\.0\.0\.1:9/) as string,
    });
    await build.releaseAll();
    expect(await readdir(directory)).toEqual([]);
  });

  it('names a package that does not exist', async () => {
    const build = await handMadeBuild();
    const { mirror: _none, ...config } = configOf(directory, '');
    await expect(run({ ...config, packages: ['no-such-package'] }, build)).rejects.toMatchObject({
      code: 'ROOTFS_PACKAGES',
      message: expect.stringContaining('Unable to locate package no-such-package') as string,
    });
    await build.releaseAll();
    expect(await readdir(directory)).toEqual([]);
  }, 300_000);

  it('ends at once when it is cancelled, with all its processes', async () => {
    const asked = Promise.withResolvers<undefined>();
    server = createServer(() => asked.resolve(undefined));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const cancelling = new AbortController();
    const build = await handMadeBuild({ signal: cancelling.signal });
    const failed = expect(run(configOf(directory, `http://127.0.0.1:${port}/debian`), build)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await asked.promise;
    expect(await findByEnvironment('KILN_RUN_ID', mark)).not.toEqual([]);
    cancelling.abort();
    const started = performance.now();
    await failed;
    expect(performance.now() - started).toBeLessThan(10_000);
    await build.releaseAll();
    while ((await findByEnvironment('KILN_RUN_ID', mark)).length > 0) await delay(50);
    expect(await readdir(directory)).toEqual([]);
  });

  it('asks for a larger disk when the packages do not fit', async () => {
    const disk = join(directory, 'disk');
    const tree = join(directory, 'tree');
    const layout = layOutDisk(90 * 1024 * 1024);
    await writeFile(disk, '');
    await truncate(disk, layout.size);
    await mkdir(tree);
    await writeFile(join(tree, 'large'), randomBytes(30 * 1024 * 1024));
    const build = await handMadeBuild();
    await expect(writeRootFileSystem(disk, layout, tree, crypto.randomUUID(), build)).rejects.toMatchObject({
      code: 'ROOTFS_DISK_TOO_SMALL',
      pointer: '/disk_size',
    });
    await build.releaseAll();
  });
});

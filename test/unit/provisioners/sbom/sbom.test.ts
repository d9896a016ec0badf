import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../../plugins/sdk/index.ts';
import { provision } from '../../../../provisioners/sbom/run.ts';
import type { SbomProvisionerConfig } from '../../../../provisioners/sbom/config.gen.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, postProcessRun, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { componentsOf, copyThisSystem, installedHere, lines, writeTree } from '../../post-processors/sbom/image.ts';

const start = promisify(execFile);

/** A guest whose files lie below a directory; its shell is this machine's, told to look there. */
function guestIn(root: string): Communicator {
  const exec: Communicator['exec'] = async (command, { onLine }) => {
    const moved = command.replaceAll(/(^|[ '])\/(etc|usr|var|lib)\//g, `$1${root}/$2/`);
    const { stdout } = await start('sh', ['-c', moved]);
    for (const line of stdout.split('\n')) onLine?.('stdout', line.startsWith(root) ? line.slice(root.length) : line);
    onLine?.('stdout', '/etc/shadow');
    onLine?.('stdout', '/var/lib/pacman/local/../../../../etc/shadow');
    return { exitStatus: 0, disconnected: false, outputTail: '' };
  };
  const download: Communicator['download'] = (source, destination) => copyFile(join(root, source), destination);
  return { kind: 'ssh', address: undefined, terminal: false, exec, download } as Partial<Communicator> as Communicator;
}

describe.skipIf(lacks(['dpkg-query']))('the packages of a guest', () => {
  let work: WorkingDirectory;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
  });
  afterEach(() => work.leave());

  async function list(communicator: Communicator): Promise<void> {
    const options = { output: 'out/{{.BuildName}}.{{.Format}}.json', formats: ['cyclonedx', 'spdx'] };
    const config = componentConfig<SbomProvisionerConfig>('provisioners/sbom', options);
    const run = postProcessRun();
    try {
      await provision(config, { ...run, communicator });
    } finally {
      await run.scope.releaseAll();
    }
  }

  test('are those that dpkg-query names in it', async () => {
    await copyThisSystem('guest');
    await list(guestIn(join(work.path, 'guest')));
    expect(lines(await componentsOf('out/vm.cdx.json'))).toEqual(await installedHere());
    expect(await readFile('out/vm.spdx.json', 'utf8')).toContain('"SPDX-2.3"');
  });

  test('are found where each has a file of its own', async () => {
    await writeTree('guest', {
      'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n',
      'var/lib/dpkg/status.d/base.md5sums': 'x',
    });
    await list(guestIn(join(work.path, 'guest')));
    expect(await componentsOf('out/vm.cdx.json')).toMatchObject([{ name: 'base-files' }]);
  });

  test('are not made up for a guest without any', async () => {
    await writeTree('guest', { 'etc/os-release': 'ID=none\n' });
    await expect(list(guestIn(join(work.path, 'guest')))).rejects.toMatchObject({ code: 'SBOM_NO_PACKAGES' });
    const windows = { ...guestIn(work.path), system: 'windows' } as const;
    await expect(list(windows)).rejects.toMatchObject({ code: 'SBOM_GUEST' });
  });
});

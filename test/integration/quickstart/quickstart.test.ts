import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDiskImage, type DiskImage } from '../../support/qemu/disk-image.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { bootStandalone } from './standalone-machine.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'examples/quickstart/index.html'), 'utf8');
const programs = [
  'mmdebstrap',
  'qemu-system-x86_64',
  'qemu-img',
  '/usr/sbin/debugfs',
  '/usr/share/OVMF/OVMF_CODE_4M.fd',
];
const BAKE_MILLISECONDS = 1_800_000;
const BOOT_MILLISECONDS = 600_000;

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** What .ci/run's bake of the quickstart printed, the outputs of which are then in this checkout. */
const earlierLog = process.env['KILN_QUICKSTART_LOG'];

/** Bakes the quickstart into `output` below `directory` and returns what was printed. */
function bakeQuickstart(directory: string): string {
  const template = join(root, 'examples/quickstart.json');
  const baked = spawnSync(join(root, 'kiln'), ['build', '-color=false', template], {
    cwd: directory,
    env: { ...process.env, KILN_STATE_DIR: join(directory, 'state'), KILN_CACHE_DIR: join(directory, 'cache') },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: BAKE_MILLISECONDS,
  });
  if (baked.status !== 0) throw new Error(`the bake failed:\n${baked.stdout}\n${baked.stderr}`);
  return baked.stdout;
}

describe.skipIf(lacks([...programs, 'ssh-keyscan', 'ssh'], true))('the quickstart', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kiln-quickstart-'));
  const directory = earlierLog === undefined ? scratch : root;
  const output = join(directory, 'output');
  const image = join(output, 'web/web.qcow2');
  const base = join(output, 'base/base.qcow2');
  let printed: string;

  beforeAll(() => {
    printed = earlierLog === undefined ? bakeQuickstart(directory) : readFileSync(earlierLog, 'utf8');
  }, BAKE_MILLISECONDS);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('ends by saying what was made, where, and how long each step took', () => {
    const end = printed.slice(printed.indexOf("Steps of 'rootfs.base'"));
    expect(end).toMatch(/\d s +install packages/);
    expect(end).toMatch(/\d s +connect/);
    expect(end).toContain('output/base/base.qcow2');
    expect(end).toContain('output/web/web.qcow2');
  });

  it('makes nothing that git or a check of this project would look at', () => {
    const made = readdirSync(output).map((name) => `output/${name}`);
    const ignored = spawnSync('git', ['check-ignore', ...made], { cwd: root, encoding: 'utf8' });
    expect(ignored.stdout.trimEnd().split('\n')).toEqual(made);
  });

  it('leaves the outputs and nothing else', () => {
    expect(readdirSync(output).sort()).toEqual(['base', 'manifest.json', 'web', 'web.sha256sum']);
    expect(readdirSync(join(output, 'base'))).toEqual(['base.qcow2']);
    expect(readdirSync(join(output, 'web'))).toEqual(['web.qcow2']);
  });

  it('writes the checksum of the image', () => {
    const [sum, name] = readFileSync(join(output, 'web.sha256sum'), 'utf8').trimEnd().split('\t');
    expect(sum).toBe(sha256(image));
    expect(name).toMatch(/web\.qcow2$/);
  });

  it('records both builds in the manifest, as Packer does', () => {
    const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as {
      readonly builds: readonly { readonly packer_run_uuid: string }[];
      readonly last_run_uuid: string;
    };
    const entry = (name: string, type: string, path: string): unknown => ({
      name,
      builder_type: type,
      build_time: expect.any(Number) as number,
      files: [{ name: path, size: statSync(join(directory, path)).size }],
      artifact_id: expect.any(String) as string,
      packer_run_uuid: manifest.last_run_uuid,
      custom_data: null,
    });
    expect(manifest.builds).toEqual([
      entry('base', 'rootfs', 'output/base/base.qcow2'),
      entry('web', 'qemu', 'output/web/web.qcow2'),
    ]);
    expect(manifest.last_run_uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('keeps no blocks of what was deleted while baking', () => {
    const mebibyte = 1024 * 1024;
    expect(statSync(image).size).toBeLessThan(statSync(base).size + 60 * mebibyte);
  });

  describe('looked into', () => {
    let disk: DiskImage;
    beforeAll(() => {
      disk = openDiskImage(image);
    });
    afterAll(() => disk.close());

    it('has a sound file system, the page and the enabled service', () => {
      expect(() => disk.checkFileSystem()).not.toThrow();
      expect(disk.read('/var/www/html/index.html')).toBe(page);
      expect(disk.list('/etc/systemd/system/multi-user.target.wants')).toContain('lighttpd.service');
    });

    it('has no key of the build and no identity of the boot it was baked in', () => {
      expect(disk.list('/root/.ssh')).toEqual([]);
      expect(disk.list('/etc/ssh').filter((name) => name.startsWith('ssh_host'))).toEqual([]);
      expect(disk.read('/etc/machine-id')).toBe('');
      expect(disk.list('/var/log/journal')).toEqual([]);
      expect(disk.read('/var/lib/systemd/random-seed')).toBeUndefined();
    });
  });

  describe('booted without Kiln', () => {
    const hostKeys: string[] = [];

    it.each(['SeaBIOS', 'OVMF'] as const)(
      'serves the page under %s and lets nobody in',
      { timeout: BOOT_MILLISECONDS },
      async (firmware) => {
        const machine = await bootStandalone(image, firmware, scratch);
        try {
          expect(await machine.fetchPage('/', BOOT_MILLISECONDS)).toBe(page);
          const options = ['-T', '60', '-t', 'ed25519', '-p', String(machine.sshPort), '127.0.0.1'];
          const scanned = spawnSync('ssh-keyscan', options, { encoding: 'utf8' });
          expect(scanned.stdout).toContain('ssh-ed25519 ');
          hostKeys.push(scanned.stdout.split(' ').at(-1) ?? '');
          const login = spawnSync(
            'ssh',
            [
              ...['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
              ...['-p', String(machine.sshPort), 'root@127.0.0.1', 'true'],
            ],
            { encoding: 'utf8' },
          );
          expect(login.stderr).toContain('Permission denied');
        } finally {
          await machine.stop();
        }
      },
    );

    it('has a host key of its own in every copy', () => {
      expect(hostKeys).toHaveLength(2);
      expect(hostKeys[0]).not.toBe(hostKeys[1]);
    });
  });
});

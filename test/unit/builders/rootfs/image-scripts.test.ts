import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RootfsBuilderConfig } from '../../../../builders/rootfs/config.gen.ts';
import { imageFiles } from '../../../../builders/rootfs/image-files.ts';
import { customizeScript, setupScript } from '../../../../builders/rootfs/image-scripts.ts';
import { componentConfig } from '../../../support/component-config.ts';

const config: RootfsBuilderConfig = componentConfig('builders/rootfs', {
  kernel_arguments: `quiet console=ttyS0 name="it's 100%"`,
  hostname: 'web.example.org',
  format: 'raw',
});
const rootUuid = 'b0b5c1d6-0f5c-4f4b-8d7b-0d8a8cf2a4f1';

/** Runs a script as mmdebstrap does, with the image's directory as "$1"; programs it would run in the image are not there. */
async function runScript(script: string, tree: string): Promise<void> {
  const chroot = 'chroot() { printf "%s\\n" "$*" >>"$1/called"; };\n';
  await promisify(execFile)('sh', ['-c', chroot + script, 'exec', tree]);
}

describe('the scripts that make the image', () => {
  let tree = '';
  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), 'kiln image '));
    await mkdir(join(tree, 'etc/apt/sources.list.d'), { recursive: true });
  });
  afterEach(() => rm(tree, { recursive: true }));

  it('put the drivers of virtual disks into the initial RAM disk before the kernel is installed', async () => {
    await runScript(setupScript(), tree);
    const hook = join(tree, 'etc/initramfs-tools/hooks/virtual-disks');
    expect((await stat(hook)).mode & 0o777).toBe(0o755);
    expect(await readFile(hook, 'utf8')).toMatch(/^manual_add_modules .*\bvirtio_blk\b/m);
    expect(await readFile(join(tree, 'etc/initramfs-tools/conf.d/virtual-disks'), 'utf8')).toBe('MODULES=list\n');
  });

  it('write every file as it is given, whatever characters it has', async () => {
    const files = imageFiles(config, rootUuid, {
      text: 'URIs: http://m.example/$HOME`id`\n',
      proxy: 'http://p.example:8/',
    });
    await runScript(customizeScript(files), tree);
    for (const { path, text } of files) expect(await readFile(join(tree, path), 'utf8'), path).toBe(text);
  });

  it('name the host in full and in short', async () => {
    await runScript(customizeScript(imageFiles(config, rootUuid, { text: '', proxy: undefined })), tree);
    expect(await readFile(join(tree, 'etc/hostname'), 'utf8')).toBe('web.example.org\n');
    expect(await readFile(join(tree, 'etc/hosts'), 'utf8')).toContain('127.0.1.1\tweb.example.org web\n');
  });

  it('start the kernel with the root file system and the given arguments', async () => {
    await runScript(customizeScript(imageFiles(config, rootUuid, { text: '', proxy: undefined })), tree);
    expect(await readFile(join(tree, 'boot/grub/grub.cfg'), 'utf8')).toContain(
      `linux /vmlinuz root=UUID=${rootUuid} ro quiet console=ttyS0 name="it's 100%"\n`,
    );
  });

  it('set a password only when there is one', async () => {
    const script = customizeScript([]);
    await runScript(script, tree);
    expect(await readFile(join(tree, 'called'), 'utf8')).not.toContain('chpasswd');
    await runScript(`KILN_ROOT_PASSWORD=x\n${script}`, tree);
    expect(await readFile(join(tree, 'called'), 'utf8')).toContain('chpasswd');
  });
});

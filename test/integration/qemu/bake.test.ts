import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildData } from '../../../core/contract/build-run.ts';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';
import {
  bake,
  bakeWell,
  byItself,
  imageInfo,
  leftovers,
  mode,
  newHome,
  readInImage,
  reasonToSkip,
  tinyOptions,
} from './bake.ts';

describe.skipIf(reasonToSkip() !== undefined)('a bake', { timeout: 180_000 }, () => {
  it('boots an image, provisions it over SSH, shuts it down and writes a new image', async () => {
    const home = newHome();
    const before = createHash('sha256').update(readFileSync(tinyGuest().disk)).digest('hex');
    let data: BuildData = {};
    const artifact = await bakeWell(tinyOptions(home), {
      home,
      provision: async (guest, given, signal) => {
        data = given;
        const { exitStatus } = await guest.exec('echo baked >/etc/baked', { signal });
        expect(exitStatus).toBe(0);
      },
    });
    const image = join(home, 'out/web.qcow2');
    expect(artifact).toMatchObject({
      builderId: 'transcend.qemu',
      id: 'VM',
      files: [image],
      properties: { disk: image, format: 'qcow2', diskName: 'web.qcow2', domainType: 'tcg', firmware: 'bios' },
    });
    expect(imageInfo(image)).toMatchObject({ format: 'qcow2', 'virtual-size': 96 * 2 ** 20 });
    expect(imageInfo(image)).not.toHaveProperty('backing-filename');
    expect(readInImage(image, '/etc/baked')).toBe('baked\n');
    expect(data).toMatchObject({ ConnType: 'ssh', Host: '127.0.0.1', User: 'root' });
    expect(createHash('sha256').update(readFileSync(tinyGuest().disk)).digest('hex')).toBe(before);
    expect(leftovers(home)).toEqual(['out']);
  });

  it('logs in with a key of its own when the template has none, and serves files to the guest', async () => {
    const home = newHome();
    const options = tinyOptions(home, { ssh_private_key_file: null, http_content: { '/seed.txt': 'sown' } });
    const seen: string[] = [];
    const artifact = await bakeWell(options, {
      home,
      provision: async (guest, data, signal) => {
        expect(data.SSHPublicKey).toMatch(/^ssh-ed25519 /);
        const onLine = (_stream: string, line: string): void => void seen.push(line);
        const url = `http://${data.PackerHTTPAddr ?? ''}`;
        await guest.exec(`wget -qO- ${url}/seed.txt; echo; wget -q ${url}/../secret || echo none`, { signal, onLine });
      },
    });
    expect(seen).toContain('sown');
    expect(seen).toContain('none');
    expect(existsSync(artifact.files[0] ?? '')).toBe(true);
  });

  it('switches a guest off that takes no notice of its power button, after it has written everything', async () => {
    const home = newHome();
    const { artifact, small } = await bake(tinyOptions(home, { shutdown_command: null, shutdown_timeout: '2s' }), {
      home,
      provision: async (guest, _data, signal) => {
        await guest.exec('echo baked >/etc/baked', { signal });
      },
    });
    expect(small.lines).toContainEqual(expect.stringContaining('took no notice of its power button'));
    expect(readInImage(artifact?.files[0] ?? '', '/etc/baked')).toBe('baked\n');
  });

  it('makes an image that refers to its source, when that is asked for', async () => {
    const home = newHome();
    await bakeWell(tinyOptions(home, { ...byItself, use_backing_file: true }), { home });
    const image = join(home, 'out/web.qcow2');
    expect(imageInfo(image)).toMatchObject({ 'backing-filename': tinyGuest().disk });
    expect(statSync(image).size).toBeLessThan(statSync(tinyGuest().disk).size / 2);
  });

  it('makes a raw image of the size asked for, and additional disks', async () => {
    const home = newHome();
    const more = { format: 'raw', skip_resize_disk: false, disk_size: '100m', disk_additional_size: ['5m'] };
    const artifact = await bakeWell(tinyOptions(home, { ...byItself, ...more }), { home });
    expect(artifact.files).toEqual([join(home, 'out/web.qcow2'), join(home, 'out/web.qcow2-1')]);
    expect(artifact.files.map((file) => statSync(file).size)).toEqual([100 * 2 ** 20, 5 * 2 ** 20]);
    expect(readInImage(artifact.files[0] ?? '', '/booted')).toBe('yes\n');
  });

  it('starts from the artifact of another build', async () => {
    const home = newHome();
    const nothing = { iso_url: null, iso_checksum: null, disk_image: null };
    const options = tinyOptions(home, { ...byItself, ...nothing, skip_resize_disk: false });
    const source = { builderId: 'x', id: 'y', description: '', files: [tinyGuest().disk], properties: {} };
    const artifact = await bakeWell(options, { home, source });
    expect(artifact.properties['virtualSize']).toBe(96 * 2 ** 20);
  });

  it('gives the disk to a drive of qemuargs that names it, in the directory where it is being made', async () => {
    const home = newHome();
    const drive = `file=${join(home, 'out')}/{{ .Name }},if=ide,format=qcow2`;
    const qemuargs = [mode('off'), ['-drive', drive]];
    const artifact = await bakeWell(tinyOptions(home, { ...byItself, qemuargs }), { home });
    expect(readInImage(artifact.files[0] ?? '', '/booted')).toBe('yes\n');
  });

  it('replaces an output that exists with -force, and only when the new one is complete', async () => {
    const home = newHome();
    await mkdir(join(home, 'out'));
    writeFileSync(join(home, 'out/old'), 'old');
    const failed = await bake(tinyOptions(home, { iso_url: '/nowhere' }), { home, force: true });
    expect(failed.error).toMatchObject({ code: 'SOURCE_MISSING' });
    expect(readFileSync(join(home, 'out/old'), 'utf8')).toBe('old');
    const artifact = await bakeWell(tinyOptions(home, byItself), { home, force: true });
    expect(artifact.files).toEqual([join(home, 'out/web.qcow2')]);
    expect(existsSync(join(home, 'out/old'))).toBe(false);
  });
});

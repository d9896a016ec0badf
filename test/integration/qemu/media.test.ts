import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/contract/json.ts';
import { grubDisk } from '../../support/qemu/grub-disk.ts';
import { bake, byItself, newHome, reasonToSkip, said, tinyOptions } from './bake.ts';

/** A machine that carries out commands of GRUB and switches itself off. */
function grubOptions(home: string, commands: readonly string[], more: JsonObject): JsonObject {
  return tinyOptions(home, { ...byItself, iso_url: grubDisk(home, commands), memory: 64, ...more });
}

/** The device whose medium has this label, in the words of the guest's shell. */
function withLabel(label: string): string {
  const volume = 'dd if=$one bs=1 skip=32808 count=32 2>/dev/null';
  return `$(for one in /dev/sr* /dev/vd?; do [ "$(echo $(${volume}))" = ${label} ] && echo $one; done)`;
}

describe.skipIf(reasonToSkip() !== undefined)('media for a guest', { timeout: 180_000 }, () => {
  it('are a CD that a NoCloud reader finds by its label, with rendered texts, long names and trees', async () => {
    const home = newHome();
    mkdirSync(join(home, 'drivers/Deep Directory'), { recursive: true });
    const name = `A ${'very '.repeat(10)}long name.Inf`;
    writeFileSync(join(home, 'drivers/Deep Directory', name), 'of a driver\n', { mode: 0o600 });
    writeFileSync(join(home, 'user-data'), 'not taken');
    const options = tinyOptions(home, {
      ssh_private_key_file: null,
      cd_label: 'cidata',
      cd_files: [join(home, 'drivers'), join(home, 'user-d*')],
      cd_content: { 'meta-data': 'instance-id: {{ .Name }}\n', 'user-data': '#cloud-config\n# {{ .SSHPublicKey }}\n' },
    });
    const seen: string[] = [];
    const { error, small } = await bake(options, {
      home,
      provision: async (guest, _data, signal) => {
        const script = `mkdir /mnt; mount -t iso9660 -o ro ${withLabel('cidata')} /mnt || exit 1
          cd /mnt; cat meta-data user-data; find . | sort
          cat "drivers/Deep Directory/${name}"; ls -ln drivers/*/*`;
        await guest.exec(script, { signal, onLine: (_stream, line) => void seen.push(line) });
      },
    });
    expect(error).toBeUndefined();
    expect(seen).toEqual([
      'instance-id: web.qcow2',
      '#cloud-config',
      expect.stringMatching(/^# ssh-ed25519 /),
      '.',
      './drivers',
      './drivers/Deep Directory',
      `./drivers/Deep Directory/${name}`,
      './meta-data',
      './user-data',
      'of a driver',
      expect.stringMatching(/^-r--r--r-- +1 0 +0 /),
    ]);
    expect(small.lines).toContain('made a CD labelled cidata with 3 files');
  });

  it('are a floppy with its label, files in the root and directories', async () => {
    const home = newHome();
    mkdirSync(join(home, 'scripts/sub'), { recursive: true });
    writeFileSync(join(home, 'scripts/one.txt'), 'first\n');
    writeFileSync(join(home, 'scripts/sub/Long name of 2.txt'), 'second\n');
    const commands = [
      'probe --set label --label (fd0)',
      'echo $label',
      'cat (fd0)/one.txt',
      'cat "(fd0)/Long name of 2.txt"',
      'cat "(fd0)/scripts/sub/Long name of 2.txt"',
      'cat (fd0)/etc/made.txt',
    ];
    const { error } = await bake(
      grubOptions(home, commands, {
        floppy_files: [join(home, 'scripts')],
        floppy_dirs: [join(home, 'scripts')],
        floppy_content: { 'etc/made.txt': 'for {{ .Name }}\n' },
        floppy_label: 'OEMDRV',
      }),
      { home },
    );
    expect(error).toBeUndefined();
    expect(said(home)).toMatch(/OEMDRV\s+first\s+second\s+second\s+for web.qcow2/);
  });

  it('end the build when the files are too large for a floppy', async () => {
    const home = newHome();
    writeFileSync(join(home, 'large'), new Uint8Array(1_500_000));
    const { error } = await bake(grubOptions(home, [], { floppy_files: [join(home, 'large')] }), { home });
    expect(error).toMatchObject({ code: 'FLOPPY_FULL', hint: expect.stringContaining('cd_files') as string });
  });
});

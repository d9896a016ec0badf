import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bake, newHome, readInImage, reasonToSkip, tinyOptions } from './bake.ts';

describe.skipIf(reasonToSkip() !== undefined)('a machine with UEFI', { timeout: 240_000 }, () => {
  it('is baked, and what the guest stores in its firmware is kept beside the image', async () => {
    const home = newHome();
    const firmwareBefore = readFileSync('/usr/share/OVMF/OVMF_VARS.fd');
    const said: string[] = [];
    const { artifact, error } = await bake(tinyOptions(home, { efi_boot: true }), {
      home,
      provision: async (guest, _data, signal) => {
        const variable = '/run/efi/KilnWasHere-b0a7d1c2-1c1f-4b8e-9f61-6b696c6e0001';
        const script = `mkdir /run/efi; mount -t efivarfs none /run/efi
          printf '\\007\\000\\000\\000baked' >/run/value; dd if=/run/value of=${variable} bs=64 2>/dev/null || echo refused; ls /sys/firmware/efi >/efi`;
        await guest.exec(script, { signal, onLine: (_stream, line) => void said.push(line) });
      },
    });
    expect({ error, said }).toEqual({ error: undefined, said: [] });
    const variables = join(home, 'out/efivars.fd');
    expect(artifact).toMatchObject({
      files: [variables, join(home, 'out/web.qcow2')],
      properties: { firmware: 'efi', efiVars: variables },
    });
    expect(readFileSync(variables).includes(Buffer.from('KilnWasHere', 'utf16le'))).toBe(true);
    expect(readFileSync('/usr/share/OVMF/OVMF_VARS.fd').equals(firmwareBefore)).toBe(true);
    expect(readInImage(join(home, 'out/web.qcow2'), '/efi')).toContain('runtime');
  });
});

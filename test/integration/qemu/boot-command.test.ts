import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../core/contract/json.ts';
import { bake, newHome, said } from './bake.ts';

/** A disk whose boot sector echoes what is typed, reads slowly, and switches off after Enter. */
function typingDisk(home: string): string {
  const disk = join(home, 'typing.raw');
  execFileSync('nasm', ['-f', 'bin', '-o', disk, join(import.meta.dirname, '../../support/qemu/typing-guest.asm')]);
  truncateSync(disk, 1 << 20);
  return disk;
}

function options(home: string, more: JsonObject): JsonObject {
  return {
    iso_url: typingDisk(home),
    iso_checksum: 'none',
    disk_image: true,
    skip_resize_disk: true,
    accelerator: 'tcg',
    memory: 64,
    cpus: 1,
    disable_vnc: true,
    communicator: 'none',
    output_directory: join(home, 'out'),
    ...more,
  };
}

test('every key arrives at a guest that reads slower than Kiln could type', { timeout: 120_000 }, async () => {
  const home = newHome();
  const text = 'The quick brown fox! "1234567890" ~`|\\{}[]:;?/.,<>@#$%^&*()_+-=';
  const typed = { boot_command: ["<waitForConsole 'type now'>", text, '<wait200ms><spacebar>{{ .Name }}<enter>'] };
  const { error } = await bake(options(home, { ...typed, vm_name: 'vm', boot_key_interval: '1ms' }), { home });
  expect(error).toBeUndefined();
  expect(said(home)).toContain(`type now\n${text} vm\ntyped\n`);
});

test(
  'pieces are typed one after the other, when the screen shows what they wait for',
  { timeout: 120_000 },
  async () => {
    const home = newHome();
    const boot_steps = [
      ["<waitForScreen 'type now'>ab", 'first piece'],
      ["<waitFor 'ab'>cd<enter>", 'second piece'],
    ];
    const { error, small } = await bake(options(home, { boot_steps }), { home });
    expect(error).toBeUndefined();
    expect(said(home)).toContain('type now\nabcd\ntyped\n');
    expect(small.steps).toEqual(expect.arrayContaining(['first piece', 'second piece']));
  },
);

test('keys for another layout give the characters of a guest that has it', { timeout: 120_000 }, async () => {
  const home = newHome();
  const typed = { boot_command: ["<waitFor 'type now'>yz<enter>"], boot_keyboard_layout: 'de' };
  expect((await bake(options(home, typed), { home })).error).toBeUndefined();
  // The BIOS has the US layout, where those keys give the other letters.
  expect(said(home)).toContain('type now\nzy\n');
});

test('a text that never comes is named, with what is on the screen', { timeout: 120_000 }, async () => {
  const home = newHome();
  const { error } = await bake(options(home, { boot_command: ["<waitFor 'boot:' 6s><enter>"] }), { home });
  expect(error).toMatchObject({
    code: 'BOOT_TEXT_MISSING',
    message: expect.stringMatching(/did not show "boot:".*within 6 s[^]*type now/) as string,
  });
});

test('a machine that switches itself off while more is to be typed has not failed', { timeout: 120_000 }, async () => {
  const home = newHome();
  const boot_steps = [
    ["<waitForConsole 'type now'>off<enter><wait60s>never", 'first piece'],
    ['nor this', 'second piece'],
  ];
  const { error, small } = await bake(options(home, { boot_steps }), { home });
  expect(error).toBeUndefined();
  expect(small.steps).toContain('first piece');
  expect(small.steps).not.toContain('second piece');
  expect(small.lines).toContain('the machine has switched itself off');
});

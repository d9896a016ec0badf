import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import type { Artifact } from '../../../../plugins/sdk/index.ts';
import { fakeGuest, prepare, runPostProcessor, runProvisioner } from '../../../../plugins/sdk/testing.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { pluginIn } from '../../../support/plugins/process-plugin.ts';

const examples = join(root, 'examples/plugins');

describe.skipIf(lacks(['bash', 'jq']))('the plugin in Bash', () => {
  test('runs commands in the guest', async () => {
    const guest = fakeGuest();
    const timezone = await (await pluginIn(join(examples, 'bash')))('provisioners', 'timezone');
    const run = await runProvisioner(timezone, { zone: 'Europe/Berlin' }, { guest });
    expect(run.failure).toBeUndefined();
    expect(run.lines).toContain('Setting the time zone to Europe/Berlin');
    expect(guest.commands).toEqual([
      "test -f '/usr/share/zoneinfo/Europe/Berlin'",
      "ln -sf '/usr/share/zoneinfo/Europe/Berlin' /etc/localtime && echo 'Europe/Berlin' >/etc/timezone",
    ]);
  });

  test('fails with what the guest says', async () => {
    const guest = fakeGuest(() => ({ exitStatus: 1, stderr: 'ln: read-only file system\n' }));
    const timezone = await (await pluginIn(join(examples, 'bash')))('provisioners', 'timezone');
    const { failure } = await runProvisioner(timezone, { zone: 'Europe/Berlin' }, { guest });
    expect(failure).toMatchObject({ code: 'PLUGIN_WORK_FAILED' });
    expect(failure?.message).toContain('read-only file system');
  });

  test('checks its options', async () => {
    const timezone = await (await pluginIn(join(examples, 'bash')))('provisioners', 'timezone');
    const template = '{"builders": [{"type": "test"}], "provisioners": [{"type": "timezone", "zone": "$(reboot)"}]}';
    expect(await prepare(timezone, template)).toMatchObject([
      { code: 'TIMEZONE_ZONE', pointer: '/provisioners/0/zone' },
    ]);
  });
});

describe.skipIf(lacks(['go']))('the plugin in Go', () => {
  test('lists the digests of the files', { timeout: 180_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kiln-go-plugin-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(join(examples, 'go'), folder, { recursive: true });
    execFileSync('nice', ['go', 'build', '-o', 'plugin', '.'], {
      cwd: folder,
      env: { ...process.env, GOFLAGS: '-p=2' },
    });
    const input = join(folder, 'disk.raw');
    await writeFile(input, 'disk');
    const output = join(folder, 'SHA256SUMS');
    const sums = await (await pluginIn(folder))('post-processors', 'sums');
    const artifact: Artifact = { builderId: 'x', id: 'VM', description: 'A disk', files: [input], properties: {} };
    const run = await runPostProcessor(sums, { output }, { artifact });
    expect(run.failure).toBeUndefined();
    expect(await readFile(output, 'utf8')).toBe(
      execFileSync('sha256sum', ['disk.raw'], { cwd: folder, encoding: 'utf8' }),
    );
    // Kiln's error comes back as it was, with its hint.
    const again = await runPostProcessor(sums, { output }, { artifact });
    expect(again.failure).toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(again.failure?.hint).toContain('-force');
  });
});

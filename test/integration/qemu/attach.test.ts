import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { directory, file, kiln, path } from '../../cli/run-kiln.ts';
import { installer, kernelOptions } from '../../support/qemu/guest-kernel.ts';
import { reasonToSkip } from './bake.ts';

function consoleLog(): string {
  try {
    const logs = path('cache/qemu-consoles');
    return readdirSync(logs)
      .map((name) => readFileSync(`${logs}/${name}`, 'utf8'))
      .join('');
  } catch {
    return '';
  }
}

describe.skipIf(reasonToSkip() !== undefined)('kiln attach', { timeout: 120_000 }, () => {
  it('shows the console of a running machine and types into it', async () => {
    const script = 'echo "say something"; read line; echo "heard $line"; poweroff -f';
    const template = file('ask.json', {
      builders: [
        {
          type: 'qemu',
          name: 'ask',
          ...kernelOptions(directory),
          initrd_files: { init: installer(directory, script) },
          accelerator: 'tcg',
          cpus: 1,
          disable_vnc: true,
          disk_size: '1m',
          communicator: 'none',
          output_directory: path('out'),
        },
      ],
    });
    const building = kiln(['build', template]);
    while (!consoleLog().includes('say something')) await delay(100);
    const [, runId = ''] = /"runId":"([^"]+)"/.exec((await kiln(['runs', '-json'])).stdout) ?? [];
    const wrong = await kiln(['attach', runId, 'qemu.other']);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr + wrong.stdout).toContain('qemu.ask');
    const attached = await kiln(['attach', runId], { stdin: 'kiln\n' });
    expect(attached.stdout).toContain('heard kiln');
    expect(attached.code).toBe(0);
    expect((await building).code).toBe(0);
    expect(consoleLog()).toContain('heard kiln');
    expect((await kiln(['attach', runId])).stdout + (await kiln(['attach', runId])).stderr).toMatch(
      /RUN_UNKNOWN|CONSOLE_MISSING/,
    );
  });

  it('finds the console of a machine whose Kiln was killed', async () => {
    const script = 'echo "tell something"; read line; echo "listened to $line"; poweroff -f';
    const template = file('killed.json', {
      builders: [
        {
          type: 'qemu',
          name: 'a machine with a long name, and marks',
          ...kernelOptions(directory),
          initrd_files: { init: installer(directory, script) },
          accelerator: 'tcg',
          cpus: 1,
          disable_vnc: true,
          disk_size: '1m',
          communicator: 'none',
          output_directory: path('killed'),
        },
      ],
    });
    let killed: ChildProcess | undefined;
    const building = kiln(['build', template], {
      onOutput: (_, child) => {
        killed = child;
      },
    });
    while (!consoleLog().includes('tell something')) await delay(100);
    killed?.kill('SIGKILL');
    await building;
    const [, runId = ''] = /"runId":"([^"]+)","state":"dead"/.exec((await kiln(['runs', '-json'])).stdout) ?? [];
    const attached = await kiln(['attach', runId, 'qemu.a machine with a long name, and marks'], { stdin: 'kiln\n' });
    expect(attached.stderr).toBe('');
    expect(attached.stdout).toContain('listened to kiln');
    expect((await kiln(['gc'])).code).toBe(0);
  });
});

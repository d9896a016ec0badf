import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { directory, file, path } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxStartups 500', 'MaxSessions 500']);

const root = join(import.meta.dirname, '../../..');
const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('skipped: 300 builds over SSH take minutes; KILN_LONG_TESTS=1 runs them');

const builds = Number(process.env['KILN_SOAK_BUILDS'] ?? 300);

interface Sample {
  readonly mebibytes: number;
  readonly descriptors: number;
  readonly threads: number;
}

function sample(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    mebibytes: Math.round(number('VmRSS') / 1024),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: number('Threads'),
  };
}

function largest(samples: readonly Sample[], name: keyof Sample): number {
  return Math.max(...samples.map((each) => each[name]));
}

describe.skipIf(!long || lacks(['/usr/sbin/sshd'], true))('many builds', () => {
  test('over SSH, fifty at once: all succeed, and neither memory nor descriptors grow', async ({ sshd }) => {
    const builder = nullBuilder(sshd);
    const template = file('soak.json', {
      builders: Array.from({ length: builds }, (_, number) => ({ ...builder, name: `n${number}` })),
      provisioners: [{ type: 'shell', inline: ['echo baked', 'seq 200'] }],
    });
    const child = spawn(
      join(root, '.kiln/node/node'),
      [join(root, 'dist/cli.cjs'), 'build', '-parallel-builds=50', template],
      {
        cwd: directory,
        env: { ...process.env, KILN_STATE_DIR: path('state'), KILN_CACHE_DIR: path('cache') },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let finished = 0;
    child.stdout.on('data', (chunk: Buffer) => (finished += chunk.toString().split('finished after').length - 1));
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const halves: [Sample[], Sample[]] = [[], []];
    while (child.exitCode === null) {
      try {
        // The first tenth fills caches and pools.
        if (finished > builds / 10) halves[finished > builds / 2 ? 1 : 0].push(sample(child.pid ?? 0));
      } catch {
        // It has just ended.
      }
      await Promise.race([ended, delay(250)]);
    }
    expect(await ended).toBe(0);
    expect(finished).toBe(builds);
    const [first, second] = halves;
    console.info(
      [first, second]
        .map((half) =>
          (['mebibytes', 'descriptors', 'threads'] as const).map((name) => `${name} ${largest(half, name)}`).join(', '),
        )
        .join('; then '),
    );
    expect(largest(second, 'mebibytes')).toBeLessThan(largest(first, 'mebibytes') * 1.3 + 20);
    expect(largest(second, 'descriptors')).toBeLessThanOrEqual(largest(first, 'descriptors') + 10);
    expect(largest(second, 'threads')).toBeLessThanOrEqual(largest(first, 'threads') + 4);
  }, 900_000);
});

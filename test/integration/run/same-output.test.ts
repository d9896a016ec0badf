import { execFileSync } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { file, kiln, path } from '../../cli/run-kiln.ts';

test('of two Kiln processes with the same output the second says so at once', async () => {
  execFileSync('mkfifo', [path('slow')]);
  const target = path('out/made');
  const first = kiln(['build', file('first.json', { builders: [{ type: 'file', source: path('slow'), target }] })]);
  const locks = (): readonly string[] => {
    try {
      return readdirSync(path('out')).filter((name) => name.endsWith('.kiln-lock'));
    } catch {
      return [];
    }
  };
  while (locks().length === 0) await delay(20);
  const second = await kiln([
    'build',
    '-force',
    file('second.json', { builders: [{ type: 'file', content: 'second', target }] }),
  ]);
  expect(second.code).toBe(1);
  expect(second.stdout).toMatch(/OUTPUT_IN_USE/);
  expect(second.stdout).toMatch(/another build is writing .*made \(process \d+\)/);
  createWriteStream(path('slow')).end('first');
  expect((await first).code).toBe(0);
  expect(readFileSync(target, 'utf8')).toBe('first');
  expect(readdirSync(path('out'))).toEqual(['made']);
});

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { file, path, place } from '../../cli/run-kiln.ts';

const launcher = join(import.meta.dirname, '../../../kiln');

interface Signalled {
  readonly code: number | null;
  readonly output: string;
}

/** Starts the launcher by a line of shell ("kiln TEMPLATE"), and sends the signal to Kiln when its build is at work. */
async function signalled(line: string, signal: NodeJS.Signals): Promise<Signalled> {
  const mark = crypto.randomUUID();
  const [there, done] = [path(`${mark}.there`), path(`${mark}.done`)];
  const template = file(`${mark}.json`, {
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [
      {
        type: 'shell-local',
        // The launcher becomes Kiln, whose child the shell of this script is.
        inline: [
          `echo "$PPID" > ${there}.new && mv ${there}.new ${there}`,
          `until [ -e ${done} ]; do sleep 0.1; done`,
          'echo survived',
        ],
        execute_command: ['/bin/sh', '{{.Script}}'],
      },
    ],
  });
  const child = spawn('sh', ['-c', line.replaceAll('kiln ', `${launcher} build `).replaceAll('TEMPLATE', template)], {
    ...place(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (!existsSync(there)) await delay(20);
  const pid = Number(readFileSync(there, 'utf8'));
  process.kill(pid, signal);
  // Ignored or not: it has it before what comes next.
  await delay(300);
  file(`${mark}.done`, '');
  return { code: await ended, output };
}

test.each([
  ['SIGHUP with nohup', 'nohup kiln TEMPLATE', 'SIGHUP'],
  ["SIGINT in a script's background", 'kiln TEMPLATE & wait $!', 'SIGINT'],
  ['both of them', 'trap "" HUP INT; kiln TEMPLATE', 'SIGHUP'],
] as const)('%s stays ignored', async (_name, line, signal) => {
  const { code, output } = await signalled(line, signal);
  expect(output).toContain('survived');
  expect(output).not.toContain('Cancelling');
  expect(code).toBe(0);
});

test.each([
  ['SIGHUP', 'exec kiln TEMPLATE', 'SIGHUP', 129],
  ['SIGINT', 'exec kiln TEMPLATE', 'SIGINT', 130],
  ['SIGTERM, which whoever stops a service sends, with nohup', 'nohup kiln TEMPLATE', 'SIGTERM', 143],
] as const)('%s cancels otherwise', async (_name, line, signal, expected) => {
  const { code, output } = await signalled(line, signal);
  expect(output).toContain(`Cancelling after ${signal}`);
  expect(code).toBe(expected);
});

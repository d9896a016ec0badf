import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { file, path } from '../../cli/run-kiln.ts';

const root = join(import.meta.dirname, '../../..');
const kiln = [join(root, '.kiln/node/node'), join(root, 'dist/cli.cjs')] as const;
const long = process.env['KILN_LONG_TESTS'] === '1';
const moments = long ? 200 : 12;
if (!long) console.info(`${moments} moments to be killed at; with KILN_LONG_TESTS=1 there are 200`);

function linesOf(name: string): readonly string[] {
  return existsSync(name) ? readFileSync(name, 'utf8').trim().split('\n') : [];
}

/** How many records of a kind the only journal of a state directory has. */
function recorded(state: string, record: string): number {
  const [run = ''] = readdirSync(join(state, 'runs')).filter((name) => !name.startsWith('.'));
  return linesOf(join(state, 'runs', run, 'journal.jsonl')).filter((line) => line.startsWith(`{"record":"${record}"`))
    .length;
}

test('killed at any moment and resumed: what had finished does not run again, all else does, nothing is left', async () => {
  let resumedHalfway = 0;
  for (let moment = 0; moment < moments; moment += 1) {
    const home = path(`moment-${moment}`);
    mkdirSync(home);
    const log = join(home, 'log');
    const note = (number: number): object => ({
      type: 'shell-local',
      inline: [`echo ${number} >>${log}`, 'sleep 0.03'],
    });
    const template = file(`moment-${moment}.json`, {
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [0, 1, 2, 3, 4].map(note),
      'post-processors': [[5, 6].map(note)],
    });
    const env = {
      ...process.env,
      KILN_STATE_DIR: join(home, 'state'),
      KILN_CACHE_DIR: join(home, 'cache'),
      TMPDIR: home,
    };
    const options = { cwd: path('.'), env, encoding: 'utf8' } as const;
    const child = spawn(kiln[0], [kiln[1], 'build', template], { cwd: path('.'), env, stdio: 'ignore' });
    const exited = once(child, 'exit');
    while (!existsSync(log) && child.exitCode === null) await delay(5);
    await delay((moment / moments) * 600);
    child.kill('SIGKILL');
    await exited;
    if (recorded(join(home, 'state'), 'ended') > 0) continue;
    const finished = recorded(join(home, 'state'), 'provisioned') + recorded(join(home, 'state'), 'post-processed');
    if (finished > 0) resumedHalfway += 1;
    // The shell that was running is ended by whoever goes on, so its line is there by then or never.
    const [run = ''] = readdirSync(join(home, 'state/runs'));
    const resumed = spawnSync(kiln[0], [kiln[1], 'resume', run], options);
    expect(resumed.stdout).toContain('Builds finished. The artifacts');
    expect(resumed.status).toBe(0);
    const lines = linesOf(log);
    const again = lines.slice(lines.length - (7 - finished));
    expect(again).toEqual([0, 1, 2, 3, 4, 5, 6].slice(finished).map(String));
    for (let number = 0; number < finished; number += 1) {
      expect(lines.filter((line) => line === String(number))).toHaveLength(1);
    }
    expect(spawnSync(kiln[0], [kiln[1], 'gc'], options).stdout).toBe('Nothing was left behind.\n');
    expect(readdirSync(home).sort()).toEqual(['log', 'state']);
  }
  // Otherwise nothing was tested.
  expect(resumedHalfway).toBeGreaterThan(moments / 4);
}, 900_000);

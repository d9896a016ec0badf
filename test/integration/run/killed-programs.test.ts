import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';

const cli = join(import.meta.dirname, '../../../dist/cli.cjs');
const mark = crypto.randomUUID();
const env = { ...process.env, KILN_TEST_MARK: mark };

let directory: string;
let template: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-killed-'));
  template = join(directory, 'template.json');
});
afterEach(async () => {
  for (const { pid } of await findByEnvironment('KILN_TEST_MARK', mark)) process.kill(pid, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return { ...env, KILN_STATE_DIR: join(directory, 'state'), KILN_CACHE_DIR: join(directory, 'cache') };
}

test('programs that a killed Kiln had started are ended by gc', async () => {
  const build = { builders: [{ type: 'null', communicator: 'none' }] };
  await writeFile(
    template,
    JSON.stringify({ ...build, provisioners: [{ type: 'shell-local', inline: ['sleep 300'] }] }),
  );
  const kiln = spawn(process.execPath, [cli, 'build', template], { env: environment(), stdio: 'ignore' });
  while ((await findByEnvironment('KILN_TEST_MARK', mark)).length < 3) await delay(20);
  kiln.kill('SIGKILL');
  await new Promise((resolve) => kiln.once('exit', resolve));
  expect(await findByEnvironment('KILN_TEST_MARK', mark)).not.toEqual([]);
  const gc = spawnSync(process.execPath, [cli, 'gc'], { env: environment(), encoding: 'utf8' });
  expect(gc.stdout).toContain('sleep (process ');
  expect(gc.status).toBe(0);
  expect(await findByEnvironment('KILN_TEST_MARK', mark)).toEqual([]);
});

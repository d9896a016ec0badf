/**
 * How much of a bake is Kiln's own: `node test/bench/qemu-overhead/run.ts [ROUNDS]`. The guest boots, is provisioned and
 * shuts down; all other time is Kiln's and qemu-img's.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';

const root = join(import.meta.dirname, '../../..');
const store = join(root, '.kiln/bench');
mkdirSync(store, { recursive: true });
const work = mkdtempSync(join(store, 'overhead-'));

/** Steps that last as long as the guest takes: it boots in "connect". */
const guests = ['connect', 'shut down', 'provision'];

interface StepFinished {
  readonly type: string;
  readonly step?: string;
  readonly milliseconds?: number;
}

function bake(round: number): void {
  const { disk, privateKeyFile } = tinyGuest();
  const output = join(work, `${round}`);
  mkdirSync(output);
  const variables = [`disk=${disk}`, `key=${privateKeyFile}`, `output=${output}`].flatMap((pair) => ['-var', pair]);
  const template = join(root, 'test/bench/packer-side-by-side/template.json');
  const start = performance.now();
  const { status, stdout } = spawnSync(join(root, 'kiln'), ['build', '-json', ...variables, template], {
    encoding: 'utf8',
    env: { ...process.env, KILN_CACHE_DIR: join(work, 'cache'), KILN_STATE_DIR: join(work, 'state') },
  });
  const whole = performance.now() - start;
  if (status !== 0) throw new Error(stdout);
  const steps = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StepFinished)
    .filter(({ type }) => type === 'step-finished')
    .map(({ step = '', milliseconds = 0 }) => ({ step, milliseconds }));
  const isGuests = (name: string): boolean => guests.some((one) => name.startsWith(one));
  const guest = steps.filter(({ step }) => isGuests(step)).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const own = steps
    .filter(({ step }) => !isGuests(step))
    .map(({ step, milliseconds }) => `${step} ${milliseconds.toFixed(0)}`);
  console.log(
    `whole ${whole.toFixed(0)} ms, guest ${guest.toFixed(0)} ms, Kiln ${(whole - guest).toFixed(0)} ms (${own.join(', ')})`,
  );
}

try {
  for (let round = 0; round < Number(process.argv[2] ?? 3); round += 1) bake(round);
} finally {
  rmSync(work, { recursive: true, force: true });
}

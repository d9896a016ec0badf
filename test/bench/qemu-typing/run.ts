/**
 * A boot command of 300 characters, every printable one among them, typed by Packer and by Kiln into a guest that shows
 * on its serial port what arrived: `node test/bench/qemu-typing/run.ts [ROUNDS]`. The guest takes 18 keys a second and
 * switches off with Enter, which is not let go: Packer would fail at that. Needs nasm; throws when a key was lost.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { compare, type Contender } from '../paired.ts';

const LENGTH = 300;
const here = import.meta.dirname;
const root = join(here, '../../..');
const store = join(root, '.kiln/bench');
mkdirSync(store, { recursive: true });
const work = mkdtempSync(join(store, 'typing-'));

/** Without two braces in a row, which are templates'. */
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
const text = printable.repeat(Math.ceil(LENGTH / printable.length)).slice(0, LENGTH);

function typingDisk(): string {
  const disk = join(work, 'typing.raw');
  execFileSync('nasm', ['-f', 'bin', '-o', disk, join(root, 'test/support/qemu/typing-guest.asm')]);
  truncateSync(disk, 1 << 20);
  return disk;
}

function contender(name: string, program: string, disk: string): Contender {
  const output = join(work, name);
  const serial = join(work, `${name}.serial`);
  const variables = [`disk=${disk}`, `output=${output}`, `serial=${serial}`, `text=${text}`];
  return {
    name,
    program,
    args: ['build', '-color=false', ...variables.flatMap((pair) => ['-var', pair]), join(here, 'template.json')],
    cwd: work,
    env: { ...process.env, PACKER_CACHE_DIR: join(work, `${name}-cache`), CHECKPOINT_DISABLE: '1' },
    prepare: () => rmSync(output, { recursive: true, force: true }),
  };
}

/** Whether every key arrived. */
function arrived(name: string): boolean {
  const [, line] = readFileSync(join(work, `${name}.serial`), 'latin1')
    .replaceAll('\r', '')
    .split('\n');
  return line === text;
}

const rounds = Number(process.argv[2] ?? 1);
try {
  const disk = typingDisk();
  const kiln = contender('kiln', join(root, 'kiln'), disk);
  compare(`${LENGTH} characters typed`, kiln, contender('packer', 'packer', disk), rounds, 0.3);
  if (!arrived('kiln')) throw new Error('kiln: keys were lost');
  console.log(`packer: ${arrived('packer') ? 'every key arrived' : 'keys were lost'}; kiln: every key arrived`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

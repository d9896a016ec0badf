/**
 * One template in Packer's own words, baked by Packer and by Kiln: `node test/bench/packer-side-by-side/run.ts [ROUNDS]`.
 * Both boot the tiny guest of the tests without KVM. With QEMU_BENCH_DISK and QEMU_BENCH_KEY (paths) another image is
 * baked.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';
import { compare, type Contender } from '../paired.ts';

const here = import.meta.dirname;
const root = join(here, '../../..');
const store = join(root, '.kiln/bench');
mkdirSync(store, { recursive: true });
const work = mkdtempSync(join(store, 'side-by-side-'));

function guest(): { readonly disk: string; readonly privateKeyFile: string } {
  const disk = process.env['QEMU_BENCH_DISK'];
  const privateKeyFile = process.env['QEMU_BENCH_KEY'];
  return disk !== undefined && privateKeyFile !== undefined ? { disk, privateKeyFile } : tinyGuest();
}

function contender(name: string, program: string): Contender {
  const output = join(work, name);
  const { disk, privateKeyFile } = guest();
  const variables = [`disk=${disk}`, `key=${privateKeyFile}`, `output=${output}`];
  return {
    name,
    program,
    args: ['build', '-color=false', ...variables.flatMap((pair) => ['-var', pair]), join(here, 'template.json')],
    cwd: work,
    env: { ...process.env, PACKER_CACHE_DIR: join(work, `${name}-cache`), CHECKPOINT_DISABLE: '1' },
    prepare: () => {
      rmSync(output, { recursive: true, force: true });
      mkdirSync(output);
    },
  };
}

/** Throws when a contender did not make what the template asks for. */
function check(name: string): void {
  const output = join(work, name);
  const image = join(output, 'image/web.qcow2');
  const [line = ''] = readFileSync(join(output, 'web_sha256.checksum'), 'utf8').split('\n');
  const digest = createHash('sha256').update(readFileSync(image)).digest('hex');
  if (!line.startsWith(digest)) throw new Error(`${name}: the checksum does not fit the image: ${line}`);
  const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as {
    readonly builds: readonly { readonly builder_type: string; readonly files: readonly { readonly name: string }[] }[];
  };
  const [build] = manifest.builds;
  if (build?.builder_type !== 'qemu' || build.files[0]?.name.endsWith('image/web.qcow2') !== true)
    throw new Error(`${name}: unexpected manifest`);
}

const rounds = Number(process.argv[2] ?? 3);
try {
  const contenders = [contender('kiln', join(root, 'kiln')), contender('packer', 'packer')] as const;
  compare('bake from a disk image', ...contenders, rounds, 0.9);
  for (const { name } of contenders) if (existsSync(join(work, name))) check(name);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/**
 * An image with 2 GiB in use, compacted and compressed by Packer and by Kiln: `node test/bench/qemu-compact/run.ts
 * [ROUNDS] [MEBIBYTES]`. Its machine switches itself off at once, so the time is that of copying and compressing. The data are files
 * of /usr and of this repository's node_modules, as an installed system has them. Takes 6 GB of disk below .kiln.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { grubDisk } from '../../support/qemu/grub-disk.ts';
import { compare, type Contender } from '../paired.ts';

const USED = Number(process.argv[3] ?? 2048) * 2 ** 20;
const here = import.meta.dirname;
const root = join(here, '../../..');
const store = join(root, '.kiln/bench');
mkdirSync(store, { recursive: true });
const work = mkdtempSync(join(store, 'compact-'));

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** A bootable image of 8 GiB in qcow2 format, 2 GiB of it in use. */
function sourceImage(): string {
  const raw = grubDisk(work, []);
  const file = openSync(raw, 'r+');
  let position = 2 ** 20;
  const sources = ['/usr/lib', '/usr/share', '/usr/bin', join(root, 'node_modules')];
  // What there is may be less than that; it is then written again, as copies that a system keeps.
  for (let round = 0; position < USED && round < 8; round += 1) {
    for (const path of sources.flatMap((source) => [...filesBelow(source)])) {
      if (position >= USED) break;
      position += writeSync(file, readFileSync(path), undefined, undefined, position);
    }
  }
  closeSync(file);
  execFileSync('truncate', ['-s', '8G', raw]);
  const image = join(work, 'source.qcow2');
  execFileSync('qemu-img', ['convert', '-W', '-O', 'qcow2', raw, image]);
  rmSync(raw);
  return image;
}

function contender(name: string, program: string, disk: string): Contender {
  const output = join(work, name);
  return {
    name,
    program,
    args: ['build', '-color=false', '-var', `disk=${disk}`, '-var', `output=${output}`, join(here, 'template.json')],
    cwd: work,
    env: { ...process.env, PACKER_CACHE_DIR: join(work, `${name}-cache`), CHECKPOINT_DISABLE: '1' },
    prepare: () => rmSync(output, { recursive: true, force: true }),
  };
}

const rounds = Number(process.argv[2] ?? 1);
try {
  const disk = sourceImage();
  const contenders = [contender('kiln', join(root, 'kiln'), disk), contender('packer', 'packer', disk)] as const;
  compare(`${USED / 2 ** 20} MiB compacted and compressed`, ...contenders, rounds, 0.6);
  for (const { name } of contenders) {
    const image = join(work, name, 'compacted.qcow2');
    execFileSync('qemu-img', ['compare', '-q', disk, image]);
    console.log(`${name}: ${Math.round(statSync(image).size / 2 ** 20)} MiB`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

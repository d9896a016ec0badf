/**
 * What `checksum`, `compress`, `upload` and all three in sequences side by side take, beside the plain tools, Packer and the AWS CLI:
 * `node test/bench/post-processors/run.ts [MIB_OF_DATA] [GIB_OF_DISK] [ROUNDS]`, by default 2048, 8 and 3. Of Kiln and Packer
 * the times of the post-processors count, without the builder's copy of the disk; `xz`, and `gz` beside Packer, get an eighth.
 */
import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pythonWithAws } from '../../support/ec2/witnesses/python.ts';
import { startVersitygw } from '../../support/upload/versitygw.ts';
import { median, plain, withKiln, withPacker, type Figures } from './programs.ts';

const GIB = 1_073_741_824;
const MIB = 1_048_576;
const [data = 2048, size = 8, rounds = 3] = process.argv.slice(2).map(Number);
const work = mkdtempSync(join(tmpdir(), 'kiln-bench-post-'));

/** A disk with `mebibytes` of data strewn over it, half of which does not compress and half of which does well. */
function makeDisk(name: string, mebibytes: number, gibibytes: number): string {
  const path = join(work, name);
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, gibibytes * GIB);
  const text = Buffer.from(readFileSync(join(import.meta.dirname, '../../../dist/cli.cjs')).subarray(0, MIB / 2));
  const chunk = Buffer.alloc(MIB);
  for (let index = 0; index < mebibytes; index++) {
    randomFillSync(chunk, 0, MIB / 2);
    for (let at = MIB / 2; at < MIB; at += text.length) text.copy(chunk, at);
    chunk.writeUInt32LE(index, MIB / 2);
    writeSync(descriptor, chunk, 0, MIB, Math.floor((index * gibibytes * 1024) / mebibytes) * MIB);
  }
  closeSync(descriptor);
  return path;
}

const medianOf = (all: readonly Figures[], what: keyof Figures): string =>
  median(all.map((each) => each[what])).toFixed(2);

/** Kiln and another in turn; the ratios are of throughputs and of processor time, each the pairs' median. */
async function beside(
  what: string,
  ours: () => Promise<Figures>,
  name: string,
  theirs: () => Promise<Figures>,
): Promise<number> {
  const pairs: (readonly [Figures, Figures])[] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await ours(), await theirs()]);
  const [one, other] = [pairs.map(([each]) => each), pairs.map(([, each]) => each)];
  const ratio = median(pairs.map(([left, right]) => right.seconds / left.seconds)).toFixed(2);
  const processor = median(pairs.map(([left, right]) => right.processor / left.processor)).toFixed(2);
  const memory = Math.max(...one.map((each) => each.memory)).toFixed(0);
  console.log(
    `${what}: Kiln ${medianOf(one, 'seconds')} s (processor ${medianOf(one, 'processor')} s), ${memory} MiB; ` +
      `${name} ${medianOf(other, 'seconds')} s (${medianOf(other, 'processor')} s); ` +
      `${ratio} of its throughput, ${processor} by processor time`,
  );
  return median(one.map((each) => each.seconds));
}

const keep = { keep_input_artifact: true };
const checksum = { type: 'checksum', checksum_types: ['sha256'], output: 'out/sums', ...keep };
const compress = (extension: string): object => ({ type: 'compress', output: `out/packed.${extension}`, ...keep });
const upload = { type: 'upload', targets: [`file://${work}/uploaded/`], ...keep };

/** Beside the AWS CLI; both sign what they send, and both are asked by a server on this machine. */
async function besideAws(disk: string): Promise<void> {
  const python = pythonWithAws();
  if (python === undefined) return;
  mkdirSync(join(work, 's3/images'), { recursive: true });
  const server = await startVersitygw(join(work, 's3'), 'kiln', 'kiln-secret');
  const endpoint = `http://127.0.0.1:${server.port}`;
  const login = {
    AWS_ACCESS_KEY_ID: 'kiln',
    AWS_SECRET_ACCESS_KEY: 'kiln-secret',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  Object.assign(process.env, login);
  try {
    const target = { url: 's3://images/kiln/', endpoint };
    await beside(
      'upload to S3',
      withKiln(work, disk, { type: 'upload', targets: [target], ...keep }),
      'aws s3 cp',
      () =>
        plain(
          work,
          `${dirname(python)}/aws s3 cp --only-show-errors --endpoint-url ${endpoint} ${disk} s3://images/aws/`,
        ),
    );
  } finally {
    await server.stop();
    rmSync(join(work, 's3'), { recursive: true, force: true });
  }
}

async function together(disk: string, alone: { readonly sums: number; readonly packed: number }): Promise<void> {
  const sent: Figures[] = [];
  const all: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    sent.push(await withKiln(work, disk, upload)());
    all.push(await withKiln(work, disk, checksum, compress('zst'), upload)());
  }
  const seconds = [alone.sums, alone.packed, median(sent.map((each) => each.seconds))];
  const ratio = median(all.map((each) => each.seconds)) / Math.max(...seconds);
  console.log(
    `checksum + compress zst + upload: ${medianOf(all, 'seconds')} s (processor ${medianOf(all, 'processor')} s), ` +
      `${Math.max(...all.map(({ memory }) => memory)).toFixed(0)} MiB; ` +
      `alone ${seconds.map((each) => each.toFixed(2)).join(', ')} s; ${ratio.toFixed(2)} of the slowest`,
  );
}

try {
  const disk = makeDisk('disk.raw', data, size);
  const small = makeDisk('small.raw', data / 8, size / 8);
  await plain(work, `cat ${disk} > /dev/null`);
  const ours = (one: string, what: object): (() => Promise<Figures>) => withKiln(work, one, what);
  const sums = await beside('checksum', ours(disk, checksum), 'openssl dgst', () =>
    plain(work, `openssl dgst -sha256 ${disk} > /dev/null`),
  );
  await beside('checksum', ours(disk, checksum), 'packer', withPacker(work, disk, checksum));
  const packed = await beside('compress zst', ours(disk, compress('zst')), 'zstd -T0', () =>
    plain(work, `zstd -q -f -T0 ${disk} -o plain.zst`),
  );
  await beside('compress gz', ours(disk, compress('gz')), 'pigz', () => plain(work, `pigz -c ${disk} > plain.gz`));
  await beside(
    'compress gz',
    ours(small, compress('gz')),
    'packer (an eighth; its gzip stores what does not compress)',
    withPacker(work, small, compress('gz')),
  );
  await beside('compress xz', ours(small, compress('xz')), 'xz -T0 (an eighth)', () =>
    plain(work, `xz -T0 -c ${small} > plain.xz`),
  );
  await beside('compress lz4', ours(disk, compress('lz4')), 'lz4', () => plain(work, `lz4 -q -f ${disk} plain.lz4`));
  await besideAws(disk);
  await together(disk, { sums, packed });
} finally {
  rmSync(work, { recursive: true, force: true });
}

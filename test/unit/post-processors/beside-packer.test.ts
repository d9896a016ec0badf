import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postProcess as artifice } from '../../../post-processors/artifice/run.ts';
import { postProcess as checksum } from '../../../post-processors/checksum/run.ts';
import { postProcess as compress } from '../../../post-processors/compress/run.ts';
import { readManifest } from '../../../post-processors/manifest/manifest-file.ts';
import { postProcess as manifest } from '../../../post-processors/manifest/run.ts';
import type { Artifact, PostProcessed } from '../../../plugins/sdk/index.ts';
import {
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type WorkingDirectory,
} from '../../support/post-process-run.ts';

const run = promisify(execFile);
const every = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
const sums = { checksum_types: [...every], output: 'sums/{{.BuildName}}_{{.BuilderType}}.{{.ChecksumType}}' };
const format = 'packer' as const;
const asPacker = { sizes: false, sources: false };
const shared = { checksum_types: ['sha256', 'md5'] as const, output: 'sums/all' };
const custom = { 'b<': 'x&y > \u2028 é "quoted" \\', '10': 'ten', '2': 'two', a: '' };
const plain = { output: 'manifest.json', strip_path: false, strip_time: false, custom_data: custom };
const stripped = { output: 'stripped.json', strip_path: true, strip_time: true };
const longName = `${'long'.repeat(30)}.img`;
const packings = ['tar', 'zip', 'tar.gz', 'gz', 'bgzf', 'tar.bgzf', 'xz', 'tar.xz', 'lz4', 'tar.lz4', 'unknown'];

const template = {
  builders: [
    { type: 'file', name: 'vm', target: 'out/disk.img', source: 'disk.img' },
    { type: 'file', name: 'long', target: `out/${longName}`, source: 'disk.img' },
  ],
  'post-processors': [
    { type: 'checksum', ...sums },
    { type: 'checksum', ...shared, only: ['vm'] },
    { type: 'manifest', ...plain, only: ['vm'] },
    { type: 'manifest', ...stripped, only: ['vm'] },
    ...packings.map((packing) => ({
      type: 'compress',
      output: `packed/{{.BuildName}}.${packing}`,
      keep_input_artifact: true,
    })),
    { type: 'artifice', files: ['out/disk.*', 'packed/vm.[tz][ai]*', 'out/none*'], only: ['vm'] },
    [
      { type: 'checksum', output: 'both.md5', only: ['vm'] },
      { type: 'compress', output: 'packed/both.tar', only: ['vm'], keep_input_artifact: true },
    ],
  ],
};

let work: WorkingDirectory | undefined;
let report = '';
let found = false;

beforeAll(async () => {
  work = await enterWorkingDirectory();
  found = await run('packer', ['version']).then(
    ({ stdout }) => stdout.startsWith('Packer v1.6.6'),
    () => false,
  );
  if (!found && process.env['CI'] === 'true') throw new Error('packer 1.6.6 has to be installed for this test');
  if (!found) return;
  await mkdir('packer');
  process.chdir('packer');
  await writeFile('disk.img', Buffer.concat([randomBytes(200_000), Buffer.alloc(300_000)]));
  await writeFile('template.json', JSON.stringify(template));
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: work.path, HOME: work.path };
  report = (await run('packer', ['build', '-machine-readable', '-parallel-builds=1', 'template.json'], { env })).stdout;
  await mkdir('../kiln');
  process.chdir('../kiln');
});
afterAll(() => work?.leave());

/** The artifact of the file builder, in Kiln's working directory as it is in Packer's. */
async function built(name: string): Promise<Artifact> {
  const path = join(process.cwd(), 'out', name);
  await mkdir('out', { recursive: true });
  await writeFile(path, await readFile('../packer/disk.img'));
  return {
    builderId: 'packer.file',
    id: 'File',
    description: `Stored file: out/${name}`,
    files: [path],
    properties: {},
  };
}

async function expectSame(path: string): Promise<void> {
  expect((await readFile(path)).equals(await readFile(join('../packer', path))), path).toBe(true);
  expect((await stat(path)).mode, path).toBe((await stat(join('../packer', path))).mode);
}

/** What `-machine-readable` shows of an artifact, without its number. */
function shown(result: PostProcessed): readonly string[] {
  const artifact = madeBy(result);
  const files = artifact?.files.map((file) => file.slice(process.cwd().length + 1)) ?? [];
  return [
    `builder-id,${artifact?.builderId ?? ''}`,
    `id,${artifact?.id ?? ''}`,
    `string,${artifact?.description.replaceAll(',', '%!(PACKER_COMMA)') ?? ''}`,
    `files-count,${files.length}`,
    ...files.map((file, index) => `file,${index},${file}`),
    'end',
  ];
}

function expectReported(result: PostProcessed): void {
  const lines = report.split('\n').map((line) => line.replace(/^\d+,\w+,artifact,\d+,/, ''));
  expect(lines.join('\n')).toContain(shown(result).join('\n'));
}

describe('beside Packer 1.6.6', () => {
  beforeEach((context) => {
    if (!found) context.skip('packer 1.6.6 is not installed');
  });

  const from = { builderType: 'file', buildName: 'vm' };

  test('checksum writes the same files and reports the same artifact', async () => {
    const disk = await built('disk.img');
    expectReported(await checksum(disk, { ...sums, format }, postProcessRun(from)));
    expectReported(
      await checksum(disk, { ...shared, format, checksum_types: [...shared.checksum_types] }, postProcessRun(from)),
    );
    for (const algorithm of every) await expectSame(`sums/vm_file.${algorithm}`);
    await expectSame('sums/all');
  });

  test('manifest writes the same bytes', async () => {
    const theirs = readManifest(await readFile('../packer/manifest.json', 'utf8'));
    const runStarted = (theirs.builds[0]?.build_time ?? 0) * 1000;
    const same = { ...from, runId: theirs.lastRunUuid, runStarted };
    await manifest(await built('disk.img'), { ...plain, ...asPacker }, postProcessRun(same));
    await manifest(await built('disk.img'), { ...stripped, ...asPacker }, postProcessRun(same));
    await expectSame('manifest.json');
    await expectSame('stripped.json');
  });

  test('manifest adds to what Packer wrote, and Packer to what Kiln wrote', async () => {
    const config = { ...plain, ...asPacker, output: '../packer/manifest.json' };
    await manifest(await built('disk.img'), config, postProcessRun(from));
    const ours = readManifest(await readFile(config.output, 'utf8')).builds;
    expect(ours.map(({ custom_data: data }) => data)).toEqual([custom, custom]);
    const again = { builders: template.builders.slice(0, 1), 'post-processors': [{ type: 'manifest', ...plain }] };
    await writeFile('../packer/again.json', JSON.stringify(again));
    const env = { ...process.env, CHECKPOINT_DISABLE: '1', HOME: process.cwd() };
    await run('packer', ['build', 'again.json'], { env, cwd: '../packer' });
    const theirs = readManifest(await readFile(config.output, 'utf8')).builds;
    expect(theirs.slice(0, 2)).toEqual(ours);
    expect(theirs).toHaveLength(3);
  });

  test.each([
    ['vm', 'disk.img'],
    ['long', longName],
  ])('compress writes the same tar archive (%s)', async (buildName, name) => {
    const config = { output: 'packed/{{.BuildName}}.tar', compression_level: -1 };
    expectReported(await compress(await built(name), config, postProcessRun({ ...from, buildName })));
    await expectSame(`packed/${buildName}.tar`);
  });

  test('compress packs what checksum made, too', async () => {
    const disk = await built('disk.img');
    const config = { checksum_types: ['md5' as const], output: 'both.md5', format };
    const artifact = madeBy(await checksum(disk, config, postProcessRun(from)));
    await compress(artifact ?? disk, { output: 'packed/both.tar', compression_level: -1 }, postProcessRun(from));
    await expectSame('packed/both.tar');
  });

  test.each(packings.filter((packing) => packing !== 'tar' && packing !== 'zip'))(
    'compress puts the same content into .%s',
    async (packing) => {
      const config = { output: `packed/{{.BuildName}}.${packing}`, compression_level: -1 };
      expectReported(await compress(await built('disk.img'), config, postProcessRun(from)));
      const program = /xz|lz4/.exec(packing)?.[0] ?? 'gzip';
      const [ours, theirs] = await Promise.all(
        ['.', '../packer'].map((where) =>
          // From standard input: gzip does not open a file by any name.
          run('sh', ['-c', `${program} -d -c < ${where}/packed/vm.${packing}`], { encoding: 'buffer' }),
        ),
      );
      expect(ours?.stdout.length).toBeGreaterThan(0);
      expect(theirs && ours?.stdout.equals(theirs.stdout)).toBe(true);
    },
  );

  test('artifice reports the same artifact', async () => {
    const disk = await built('disk.img');
    await mkdir('packed', { recursive: true });
    for (const name of ['vm.tar', 'vm.tar.gz', 'vm.tar.bgzf', 'vm.tar.xz', 'vm.tar.lz4', 'vm.zip']) {
      await writeFile(join('packed', name), '');
    }
    const made = await artifice(
      disk,
      { files: ['out/disk.*', 'packed/vm.[tz][ai]*', 'out/none*'] },
      postProcessRun(from),
    );
    expect(made.input).toBe('keep');
    expectReported(made);
  });

  test('compress gives a zip the same members', async () => {
    expectReported(
      await compress(await built('disk.img'), { output: 'packed/vm.zip', compression_level: -1 }, postProcessRun(from)),
    );
    const members = async (path: string): Promise<readonly string[]> => {
      const { stdout } = await run('unzip', ['-v', path]);
      // Length, CRC-32 and name.
      return [...stdout.matchAll(/^ *(\d+) +Defl.* ([0-9a-f]{8}) +(\S+)$/gm)].map((line) => line.slice(1).join(' '));
    };
    expect(await members('packed/vm.zip')).toEqual(await members('../packer/packed/vm.zip'));
    expect(await members('packed/vm.zip')).toHaveLength(1);
  });
});

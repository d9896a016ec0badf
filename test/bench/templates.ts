/**
 * `node test/bench/templates.ts` validates templates of 10, 100 and 1,000 builders with 1,000 provisioners and 200
 * post-processors, and shows time and memory of the whole process, by the clock and of the processor.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROVISIONERS = 1000;
const POST_PROCESSORS = 200;
const MOST_SECONDS = 1.5;
const MOST_MEMORY = 250;

function bigTemplate(builders: number): string {
  const qemu = {
    type: 'qemu',
    disk_image: true,
    iso_url: 'template.json',
    iso_checksum: 'none',
    ssh_username: 'root',
    ssh_password: 'secret',
    vm_name: '{{user `name`}}-{{isotime "20060102"}}',
    shutdown_command: 'poweroff',
  };
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return JSON.stringify(
    {
      variables: { name: 'web', package: 'nginx-light' },
      builders: numbers(builders).map((index) => ({
        ...qemu,
        name: `b${index}`,
        output_directory: `output-b${index}`,
      })),
      provisioners: numbers(PROVISIONERS).map((index) =>
        index % 2 === 0
          ? { type: 'shell', inline: [`echo ${index}`, 'apt-get install -y {{user `package`}}'] }
          : { type: 'file', source: 'template.json', destination: `/etc/{{user \`name\`}}-${index}.json` },
      ),
      'post-processors': numbers(POST_PROCESSORS).map((index) => ({
        type: 'checksum',
        checksum_types: ['sha256'],
        output: `{{.BuildName}}-${index}_{{.ChecksumType}}.checksum`,
      })),
    },
    null,
    2,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const kiln = join(import.meta.dirname, '../../kiln');
const directory = mkdtempSync(join(tmpdir(), 'kiln-big-'));

/** Seconds of the clock, of the processor, and MiB, of one run. */
function measure(): readonly [number, number, number] {
  const args = ['-f', '%e %U %S %M', kiln, 'validate', 'template.json'];
  const { status, stderr } = spawnSync('/usr/bin/time', args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const figures = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  const [seconds = Number.NaN, user = Number.NaN, system = Number.NaN, kibibytes = Number.NaN] = figures;
  return [seconds, user + system, kibibytes / 1024];
}

for (const builders of [10, 100, 1000]) {
  writeFileSync(join(directory, 'template.json'), bigTemplate(builders));
  const runs = Array.from({ length: builders === 1000 ? 1 : 5 }, measure);
  const seconds = median(runs.map(([each]) => each));
  const ofProcessor = median(runs.map(([, each]) => each));
  const memory = median(runs.map(([, , each]) => each));
  const met = seconds < MOST_SECONDS && memory < MOST_MEMORY ? 'met' : 'MISSED';
  const verdict = builders === 100 ? `; target < ${MOST_SECONDS} s and < ${MOST_MEMORY} MiB: ${met}` : '';
  console.log(
    `validate, ${builders} builders × ${PROVISIONERS} provisioners × ${POST_PROCESSORS} post-processors: ` +
      `${seconds.toFixed(2)} s (${ofProcessor.toFixed(2)} s of the processor), ${memory.toFixed(0)} MiB${verdict}`,
  );
}
rmSync(directory, { recursive: true });

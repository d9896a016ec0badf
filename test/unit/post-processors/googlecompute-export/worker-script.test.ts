import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { workerScript } from '../../../../post-processors/googlecompute-export/worker-script.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { noise } from '../../../support/upload/upload.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-gce-export-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Stands in for gcloud: buckets are directories of BUCKETS. */
const GCLOUD = `#!/bin/bash
[ "$1 $2" = "storage cp" ] || exit 64
shift 2
while [[ $1 == --* ]]; do echo "$1" >>"$BUCKETS/flags"; shift; done
place() { [[ $1 == gs://* ]] && echo "$BUCKETS/\${1#gs://}" || echo "$1"; }
to=$(place "$2")
[ -d "$(dirname "$to")" ] || { echo "ERROR: The specified bucket does not exist." >&2; exit 1; }
if [ "$1" = - ]; then cat >"$to"; else cp "$(place "$1")" "$to"; fi
`;

const objects = [
  { url: "gs://one/a web's.tar.gz", token: 'token-1' },
  { url: 'gs://two/web.tar.gz', token: 'token-2' },
] as const;

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly buckets: string;
}

function run(name: string, device: string, made: readonly string[]): Ran {
  const place = join(home, name);
  const buckets = join(place, 'buckets');
  for (const each of [...made.map((bucket) => join(buckets, bucket)), buckets, join(place, 'bin')]) {
    mkdirSync(each, { recursive: true });
  }
  writeFileSync(join(place, 'bin/gcloud'), GCLOUD, { mode: 0o755 });
  const env = { PATH: `${join(place, 'bin')}:/usr/bin:/bin`, BUCKETS: buckets, TMPDIR: place };
  // Nobody waits for a disk here.
  const script = workerScript({ mark: 'm', device, objects }).replace('seq 60', 'seq 0');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
  return { code: status, output: stdout + stderr, buckets };
}

const disk = join(home, 'disk');
writeFileSync(disk, Buffer.concat([noise(300_000), Buffer.alloc(2_000_000), noise(70_000, 2)]));

describe.skipIf(lacks(['python3', 'gzip', 'tar']))("the worker's script", () => {
  test('writes the disk to all places, each with its mark, and says the SHA-256', () => {
    const { code, output, buckets } = run('good', disk, ['one', 'two']);
    expect(code, output).toBe(0);
    const archive = readFileSync(join(buckets, "one/a web's.tar.gz"));
    expect(output).toContain(`kiln-export m done ${createHash('sha256').update(archive).digest('hex')}\n`);
    expect(readFileSync(join(buckets, 'two/web.tar.gz')).equals(archive)).toBe(true);
    execFileSync('tar', ['-xzf', join(buckets, 'two/web.tar.gz'), '-C', home]);
    expect(readFileSync(join(home, 'disk.raw')).equals(readFileSync(disk))).toBe(true);
    const flags = readFileSync(join(buckets, 'flags'), 'utf8');
    expect(flags).toContain('--custom-metadata=kiln-token=token-1');
    expect(flags).toContain('--custom-metadata=kiln-token=token-2');
    // GNU tar's own header, as Compute Engine wants it.
    const plain = gunzipSync(archive);
    expect(plain.subarray(257, 265).toString()).toBe('ustar  \0');
  });

  test.each([
    ['there is no disk', join(home, 'nothing'), ['one', 'two'], /failed there is no disk/],
    ['the first bucket is not there', disk, ['two'], /failed cannot write gs:\/\/one\/a web's\.tar\.gz/],
    ['another bucket is not there', disk, ['one'], /failed cannot copy to gs:\/\/two\/web\.tar\.gz/],
  ] as const)('says so when %s, and ends', (name, device, made, words) => {
    const { code, output, buckets } = run(name.replaceAll(' ', '-'), device, made);
    expect(code).toBe(1);
    expect(output).toMatch(words);
    expect(output).not.toContain('m done');
    if (name === 'there is no disk') expect(readdirSync(join(buckets, 'one'))).toEqual([]);
  });
});

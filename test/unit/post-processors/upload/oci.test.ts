import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goProgram } from '../../../support/go/go-program.ts';
import { startRegistry } from '../../../support/upload/docker-registry.ts';
import { ociEnd } from '../../../support/upload/far-ends.ts';
import { registryClient } from '../../../support/upload/registry-client.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, noise, sha256, upload } from '../../../support/upload/upload.ts';

const LOGIN = { username: 'kiln', password: 'a-password', insecure_plain_http: true };
uploadSuite('a registry of OCI images', ociEnd, {
  http: true,
  forgetful: true,
  large: 40 * 1_048_576 + 77,
  byContent: true,
  unreachable: true,
});

test('keep_last removes older artifacts and no others, and an artifact may be about another one', async () => {
  const server = await startRegistry('kiln', 'a-password');
  const base = `oci://127.0.0.1:${server.port}/images/web`;
  const client = registryClient(server.port);
  try {
    const path = await fileOf('disk', noise(100_000));
    await upload([path], { targets: [{ ...LOGIN, url: `${base}:base` }] });
    const rounds: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const targets = [{ ...LOGIN, url: `${base}:v-{{isotime \`150405.000000000\`}}`, keep_last: 2, subject: 'base' }];
      const run = await upload([path], { targets });
      expect(failureOf(run)).toBeUndefined();
      rounds.push(run.artifacts.at(-1)!.remotes![0]!.sha256);
    }
    const list = await client.tags('images/web');
    expect(list.filter((tag) => tag.startsWith('v-'))).toHaveLength(2);
    expect(list).toContain('base');
    const [referrers] = list.filter((tag) => tag.startsWith('sha256-'));
    const index = await client.manifest('images/web', referrers!);
    expect(index?.manifests?.map(({ digest }) => digest)).toEqual(rounds.map((digest) => `sha256:${digest}`));
  } finally {
    await server.stop();
  }
});

test('skopeo reads what was uploaded', async () => {
  const server = await startRegistry('kiln', 'a-password');
  const copy = await mkdtemp(join(tmpdir(), 'kiln-skopeo-'));
  try {
    const bytes = noise(3_000_000);
    const files = [await fileOf('disk.raw', bytes), await fileOf('SHA256SUMS', Buffer.from('sums'))];
    const url = `oci://127.0.0.1:${server.port}/images/web:{{isotime}}`;
    const run = await upload(files, { targets: [{ ...LOGIN, url, artifact_type: 'application/vnd.example.disk' }] });
    expect(failureOf(run)).toBeUndefined();
    const image = run.artifacts.at(-1)!.remotes![0]!.url.replace('oci://', 'docker://');
    const flags = ['--src-tls-verify=false', '--src-creds', 'kiln:a-password'];
    execFileSync('skopeo', ['copy', ...flags, image, `oci:${copy}:web`], {
      stdio: 'pipe',
      env: { ...process.env, HOME: copy },
    });
    const blobs = await readdir(join(copy, 'blobs/sha256'));
    expect(blobs).toContain(sha256(bytes));
    expect(sha256(await readFile(join(copy, 'blobs/sha256', sha256(bytes))))).toBe(sha256(bytes));
  } finally {
    await server.stop();
    await rm(copy, { recursive: true, force: true });
  }
});

const oras =
  process.env['KILN_LONG_TESTS'] === '1'
    ? goProgram({ name: 'oras', path: 'oras.land/oras/cmd/oras', version: 'v1.3.6' })
    : undefined;

test.skipIf(oras === undefined)(
  'oras pulls the files by their names, and finds what is about another artifact',
  async () => {
    const server = await startRegistry('kiln', 'a-password');
    const home = await mkdtemp(join(tmpdir(), 'kiln-oras-'));
    const login = ['--plain-http', '--username', 'kiln', '--password', 'a-password'];
    const run = (...args: readonly string[]): string =>
      execFileSync(oras ?? '', [...args, ...login], {
        cwd: home,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: home },
      });
    try {
      const base = `127.0.0.1:${server.port}/images/web`;
      const bytes = noise(3_000_000);
      const disk = [await fileOf('disk.raw', bytes), await fileOf('SHA256SUMS', Buffer.from('sums'))];
      expect(failureOf(await upload(disk, { targets: [{ ...LOGIN, url: `oci://${base}:v1` }] }))).toBeUndefined();
      const about = {
        ...LOGIN,
        url: `oci://${base}:v1-sbom`,
        subject: 'v1',
        artifact_type: 'application/vnd.example.sbom',
      };
      expect(
        failureOf(await upload([await fileOf('sbom.json', Buffer.from('{}'))], { targets: [about] })),
      ).toBeUndefined();
      run('pull', `${base}:v1`);
      expect(sha256(await readFile(join(home, 'disk.raw')))).toBe(sha256(bytes));
      expect(await readFile(join(home, 'SHA256SUMS'), 'utf8')).toBe('sums');
      expect(run('discover', `${base}:v1`)).toContain('application/vnd.example.sbom');
    } finally {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
  120_000,
);

import { generateKeyPairSync } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildOrigin, JsonObject } from '../../../../plugins/sdk/index.ts';
import type { ProvenancePostProcessorConfig } from '../../../../post-processors/provenance/config.gen.ts';
import { dependenciesOf } from '../../../../post-processors/provenance/dependencies.ts';
import { postProcessor } from '../../../../post-processors/provenance/index.ts';
import { postProcess } from '../../../../post-processors/provenance/run.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';
import { makeFiles, run as start, verifyFile } from '../sign/signing.ts';

const origin: BuildOrigin = postProcessRun().origin();

function configOf(options: JsonObject): ProvenancePostProcessorConfig {
  return componentConfig('post-processors/provenance', options);
}

describe('a statement', () => {
  let work: WorkingDirectory;
  let disk: string;
  let seed: string;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk, seed] = await makeFiles(work);
  });
  afterEach(() => work.leave());

  async function describeFiles(options: JsonObject = {}, given = origin): Promise<readonly string[]> {
    const run = postProcessRun({ origin: () => given });
    try {
      return madeBy(await postProcess(artifactOf([disk, seed]), configOf(options), run))?.files ?? [];
    } finally {
      await run.scope.releaseAll();
    }
  }

  async function statement(): Promise<Record<string, Record<string, JsonObject>> & { subject: JsonObject[] }> {
    return JSON.parse(await readFile(`${disk}.provenance.json`, 'utf8')) as never;
  }

  test('is about each file by its SHA-256, and stands beside the first', async () => {
    expect(await describeFiles()).toEqual([disk, seed, `${disk}.provenance.json`]);
    const sums = (await start('sha256sum', [disk, seed])).stdout.split('\n').map((line) => line.slice(0, 64));
    const { subject, predicateType } = await statement();
    expect(predicateType).toBe('https://slsa.dev/provenance/v1');
    expect(subject).toEqual([
      { name: 'disk.img', digest: { sha256: sums[0] } },
      { name: 'seed.iso', digest: { sha256: sums[1] } },
    ]);
  });

  test('says when, where and by what the build ran', async () => {
    await describeFiles({ builder_id: 'https://ci.example.com/1', source_uri: 'git+https://git.example.com/x' });
    const { predicate } = await statement();
    expect(predicate).toMatchObject({
      buildDefinition: {
        buildType: 'urn:kiln:template-build:v1',
        externalParameters: {
          template: { uri: 'git+https://git.example.com/x', digest: { sha256: '0'.repeat(64) } },
          build: { name: 'vm', type: 'qemu' },
        },
      },
      runDetails: {
        builder: { id: 'https://ci.example.com/1', version: { kiln: '0.1.0' } },
        metadata: { invocationId: postProcessRun().runId, startedOn: '2023-11-14T22:13:20Z' },
      },
    });
  });

  test('names the files of the builds that it starts from, by their digests', async () => {
    const sources = { base: { ...artifactOf([seed]) } };
    await describeFiles({}, { ...origin, sources });
    const { predicate } = await statement();
    expect(predicate).toMatchObject({
      buildDefinition: {
        resolvedDependencies: [
          { name: 'test.json' },
          {
            name: 'base/seed.iso',
            uri: `file://${seed}`,
            digest: { sha256: expect.stringMatching(/^e3b0c442/) as string },
          },
        ],
      },
    });
  });

  test('is signed by a key, and verified for each of its files', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(
      'key.pem',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' }),
    );
    await writeFile('key.pub.pem', publicKey.export({ type: 'spki', format: 'pem' }));
    const files = await describeFiles({ cosign_key_file: 'key.pem', cosign_password: 'pw' });
    const bundle = `${disk}.provenance.sigstore.json`;
    expect(files.at(-1)).toBe(bundle);
    const text = expect.stringMatching(
      /^statement https:\/\/slsa\.dev\/provenance\/v1, signed by key key\.pub\.pem/,
    ) as string;
    const keys = ['key.pub.pem'];
    expect(await verifyFile(disk, { keys })).toMatchObject([{ outcome: 'good', text, signature: bundle }]);
    expect(await verifyFile(seed, { keys }, bundle)).toMatchObject([{ outcome: 'good', text }]);
    await appendFile(disk, 'x');
    expect(await verifyFile(disk, { keys })).toMatchObject([{ outcome: 'bad' }]);
  });

  test('is not made of an artifact without files', async () => {
    await expect(postProcess(artifactOf([]), configOf({}), postProcessRun())).rejects.toMatchObject({
      code: 'PROVENANCE_NO_FILES',
    });
  });

  test('goes to a directory of its own', async () => {
    expect((await describeFiles({ output_dir: 'attestations' })).at(-1)).toBe(
      join(work.path, 'attestations/disk.img.provenance.json'),
    );
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['a checksum with its kind', { iso_checksum: `sha512:${'A'.repeat(128)}` }, { digest: { sha512: 'a'.repeat(128) } }],
  ['a bare checksum', { iso_checksum: 'b'.repeat(32) }, { digest: { md5: 'b'.repeat(32) } }],
  ['a list', { iso_checksum: 'file:https://example.com/SUMS' }, {}],
  ['none', { iso_checksum: 'none' }, {}],
])('a medium with %s', (_, options, expected) => {
  const iso_url = 'https://me:secret@example.com/a/debian.iso?token=secret';
  const medium = { name: 'debian.iso', uri: 'https://example.com/a/debian.iso', ...expected };
  expect(dependenciesOf({ ...origin, options: { ...options, iso_url } }, undefined, new Map())[1]).toEqual(medium);
});

test.each<[JsonObject, readonly string[]]>([
  [{}, []],
  [{ cosign_key_file: 'no.pem' }, ['/cosign_key_file']],
  [{ cosign_password: 'pw' }, ['/cosign_password']],
])('%j is checked', (options, pointers) => {
  expect(postProcessor.prepare(configOf(options), prepareContext()).map(({ pointer }) => pointer)).toEqual(pointers);
});

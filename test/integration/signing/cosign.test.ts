import { execFile } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProvenancePostProcessorConfig } from '../../../post-processors/provenance/config.gen.ts';
import { postProcess as describeFiles } from '../../../post-processors/provenance/run.ts';
import { componentConfig } from '../../support/component-config.ts';
import { cosignProgram } from '../../support/go/cosign.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  postProcessRun,
  type WorkingDirectory,
} from '../../support/post-process-run.ts';
import { makeFiles, run, signAll, verifyFile } from '../../unit/post-processors/sign/signing.ts';

const start = promisify(execFile);
const cosign = cosignProgram();

describe.skipIf(cosign === undefined)('the real cosign', { timeout: 60_000 }, () => {
  const path = process.env['PATH'];
  let work: WorkingDirectory;
  let disk: string;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk] = await makeFiles(work);
    process.env['PATH'] = `${(cosign ?? '').replace(/\/cosign$/, '')}:${path ?? ''}`;
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await work.leave();
  });

  async function accepts(key: string): Promise<string> {
    const args = [
      'verify-blob',
      '--key',
      key,
      '--bundle',
      `${disk}.sigstore.json`,
      '--insecure-ignore-tlog=true',
      disk,
    ];
    return (await start('cosign', args)).stderr;
  }

  test.each([
    ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['Ed25519', ['-algorithm', 'ED25519']],
  ])('verifies a bundle by a key of kind %s, and refuses a changed file', async (_, kind) => {
    await run('openssl', ['genpkey', ...kind, '-out', 'key.pem']);
    await run('openssl', ['pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub.pem']);
    await signAll([disk], { methods: ['cosign'], cosign_key_file: 'key.pem' });
    expect(await accepts('key.pub.pem')).toMatch(/Verified OK/);
    await appendFile(disk, 'x');
    await expect(accepts('key.pub.pem')).rejects.toThrow();
  });

  test('signs by a key of its own form', async () => {
    await start('cosign', ['generate-key-pair'], { env: { ...process.env, COSIGN_PASSWORD: 'only for tests' } });
    expect(await readFile('cosign.key', 'latin1')).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----/);
    const options = { methods: ['cosign'], cosign_key_file: 'cosign.key' } as const;
    await expect(signAll([disk], { ...options, cosign_password: 'wrong' })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
      pointer: '/cosign_key_file',
    });
    await signAll([disk], { ...options, cosign_password: 'only for tests' });
    expect(await accepts('cosign.pub')).toMatch(/Verified OK/);
    expect(await verifyFile(disk, { keys: ['cosign.pub'] })).toMatchObject([{ outcome: 'good' }]);
  });

  test('verifies the signed statement of provenance, and refuses another file', async () => {
    await run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'key.pem']);
    await run('openssl', ['pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub.pem']);
    const config: ProvenancePostProcessorConfig = componentConfig('post-processors/provenance', {
      cosign_key_file: 'key.pem',
    });
    await describeFiles(artifactOf([disk]), config, postProcessRun());
    const options = ['--key', 'key.pub.pem', '--bundle', `${disk}.provenance.sigstore.json`];
    const args = ['verify-blob-attestation', ...options, '--type', 'slsaprovenance1', '--insecure-ignore-tlog=true'];
    expect((await start('cosign', [...args, disk])).stderr).toMatch(/Verified OK/);
    await appendFile(disk, 'x');
    await expect(start('cosign', [...args, disk])).rejects.toThrow();
  });
});

import { appendFile, readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { makeFiles, run, signAll, verifyFile } from './signing.ts';

describe.skipIf(lacks(['minisign']))('minisign', () => {
  let work: WorkingDirectory;
  let disk: string;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk] = await makeFiles(work);
  });
  afterEach(() => work.leave());

  async function makeKey(name: string, password?: string): Promise<string> {
    const files = ['-G', '-p', `${name}.pub`, '-s', `${name}.key`];
    if (password === undefined) await run('minisign', [...files, '-W']);
    else {
      const child = spawn('minisign', files, { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(`${password}\n${password}\n`);
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
    return `${name}.key`;
  }

  test('minisign verifies the signature, with the comment', async () => {
    const minisign_comment = 'image 7';
    const key = await makeKey('ann');
    const artifact = await signAll([disk], { methods: ['minisign'], minisign_key_file: key, minisign_comment });
    expect(artifact?.files).toEqual([disk, `${disk}.minisig`]);
    const verify = ['-V', '-p', 'ann.pub', '-m', disk];
    expect((await run('minisign', verify)).stdout).toMatch(/\nTrusted comment: image 7\n$/);
    await appendFile(disk, 'x');
    await expect(run('minisign', verify)).rejects.toThrow(/Signature verification failed/);
  });

  test('a password opens the key', { timeout: 120_000 }, async () => {
    const options = { methods: ['minisign'], minisign_key_file: await makeKey('ann', 'only for tests') } as const;
    const refused = { code: 'SIGN_FAILED', pointer: '/minisign_key_file' };
    await expect(signAll([disk], { ...options, minisign_password: 'wrong' })).rejects.toMatchObject(refused);
    await signAll([disk], { ...options, minisign_password: 'only for tests' });
    await run('minisign', ['-V', '-p', 'ann.pub', '-m', disk]);
  });

  test('verify says by which key, and what its comment says', async () => {
    await makeKey('bob');
    await signAll([disk], { methods: ['minisign'], minisign_key_file: await makeKey('ann') });
    const [, key = ''] = (await readFile('ann.pub', 'utf8')).split('\n');
    for (const keys of [['ann.pub'], [key], ['bob.pub', 'ann.pub']]) {
      const [verdict] = await verifyFile(disk, { keys });
      expect(verdict?.outcome).toBe('good');
      expect(verdict?.text).toMatch(/^minisign signature by key RW\S{54}, which says: timestamp:\d+\tfile:disk.img/);
      expect(verdict?.text).toContain(key);
    }
    expect(await verifyFile(disk, { keys: ['bob.pub'] })).toMatchObject([{ outcome: 'bad' }]);
    expect(await verifyFile(disk)).toMatchObject([{ outcome: 'unchecked' }]);
    await appendFile(disk, 'x');
    expect(await verifyFile(disk, { keys: ['ann.pub'] })).toMatchObject([{ outcome: 'bad' }]);
  });
});

import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { makeFiles, run, signAll, verifyFile } from './signing.ts';

describe.skipIf(lacks(['ssh-keygen', 'ssh-agent', 'ssh-add']))('ssh', () => {
  let work: WorkingDirectory;
  let disk: string;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk] = await makeFiles(work);
  });
  afterEach(() => work.leave());

  async function makeKey(name: string, passphrase = '', type = 'ed25519'): Promise<string> {
    await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', `${name}@example.com`, '-f', name]);
    const key = (await readFile(`${name}.pub`, 'utf8')).trim();
    await appendFile('allowed', `${name}@example.com namespaces="file,image" ${key}\n`);
    return name;
  }

  async function accepts(identity: string, namespace = 'file'): Promise<void> {
    const verify = `ssh-keygen -Y verify -f allowed -I ${identity} -n ${namespace} -s ${disk}.sig <${disk}`;
    await run('sh', ['-c', verify]);
  }

  test.each(['ed25519', 'ecdsa', 'rsa'])('ssh-keygen verifies signatures by a key of type %s', async (type) => {
    const artifact = await signAll([disk], { methods: ['ssh'], ssh_key_file: await makeKey('ann', '', type) });
    expect(artifact?.files).toEqual([disk, `${disk}.sig`]);
    await accepts('ann@example.com');
    await expect(accepts('ann@example.com', 'image')).rejects.toThrow();
    await appendFile(disk, 'x');
    await expect(accepts('ann@example.com')).rejects.toThrow();
  });

  test('a passphrase opens the key', async () => {
    const key = await makeKey('ann', 'only for tests');
    const options = { methods: ['ssh'], ssh_key_file: key, ssh_namespace: 'image' } as const;
    await expect(signAll([disk], { ...options, ssh_passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
      pointer: '/ssh_key_file',
    });
    await signAll([disk], { ...options, ssh_passphrase: 'only for tests' });
    await accepts('ann@example.com', 'image');
  });

  test('a public key is enough when the agent has its private key', async () => {
    const key = await makeKey('ann');
    const { stdout } = await run('ssh-agent', ['-s', '-a', `${work.path}/agent`]);
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
    const before = process.env['SSH_AUTH_SOCK'];
    process.env['SSH_AUTH_SOCK'] = `${work.path}/agent`;
    try {
      await run('ssh-add', ['-q', key]);
      await writeFile(key, 'not a key any more');
      await signAll([disk], { methods: ['ssh'], ssh_key_file: `${key}.pub` });
      await accepts('ann@example.com');
    } finally {
      process.kill(pid);
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    }
  });

  test('verify says who signed, by a list of signers or by a key', async () => {
    const key = await makeKey('ann');
    await makeKey('bob');
    await signAll([disk], { methods: ['ssh'], ssh_key_file: key });
    const good = async (flags: Parameters<typeof verifyFile>[1]): Promise<string | undefined> => {
      const [verdict] = await verifyFile(disk, flags);
      return verdict?.outcome === 'good' ? verdict.text : `${verdict?.outcome ?? ''}: ${verdict?.text ?? ''}`;
    };
    const listed = /^SSH signature by ann@example.com, ED25519 key SHA256:\S+, for "file"$/;
    expect(await good({ allowedSigners: 'allowed' })).toMatch(listed);
    expect(await good({ allowedSigners: 'allowed', identity: 'ann@example.com' })).toMatch(listed);
    expect(await good({ keys: ['ann.pub'] })).toMatch(/^SSH signature by ED25519 key SHA256:\S+, for "file"$/);
    expect(await good({ keys: [await readFile('ann.pub', 'utf8')] })).toMatch(/^SSH signature by ED25519/);
    expect(await good({ allowedSigners: 'allowed', identity: 'bob@example.com' })).toMatch(/^bad: /);
    expect(await good({ keys: ['bob.pub'] })).toMatch(/^bad: ssh-keygen does not accept it/);
    expect(await good({ keys: ['ann.pub'], namespace: 'image' })).toMatch(/^bad: /);
    expect(await good({})).toMatch(/^unchecked: no SSH key was given/);
    await appendFile(disk, 'x');
    expect(await good({ keys: ['ann.pub'] })).toMatch(/^bad: /);
  });
});

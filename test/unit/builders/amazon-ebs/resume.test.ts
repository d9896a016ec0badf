import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recallAccess, rememberAccess } from '../../../../builders/_amazon/api/credentials/access.ts';
import { checkpointOf, keyOf, readCheckpoint } from '../../../../builders/_amazon/checkpoint.ts';

const facts = { SourceAMI: 'ami-1' };

function checkpointWith(privateKeyFile: string | undefined): ReturnType<typeof checkpointOf> {
  const privateKey = privateKeyFile === undefined ? undefined : 'the secret';
  const launched = { instance: { InstanceId: 'i-1' }, key: { name: 'packer', privateKey, privateKeyFile } };
  return checkpointOf('provisioning', launched, facts);
}

describe('a checkpoint', () => {
  it('has the path of the temporary key and not the key, which is read from there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kiln-key-'));
    const file = join(directory, 'key');
    await writeFile(file, 'the secret');
    const written = JSON.stringify(checkpointWith(file));
    expect(written).not.toContain('the secret');
    const read = readCheckpoint(JSON.parse(written) as object as never);
    expect(await keyOf(read)).toEqual({ name: 'packer', privateKey: 'the secret', privateKeyFile: file });
    await rm(directory, { recursive: true });
    await expect(keyOf(read)).rejects.toMatchObject({ code: 'RESUME_LOST' });
  });

  it('without a temporary key needs none', async () => {
    expect(await keyOf(checkpointWith(undefined))).toEqual({ name: 'packer' });
  });

  it.each([null, 'text', {}, { stage: 'provisioning' }])('of another kind, %j, is lost', (value) => {
    expect(() => readCheckpoint(value)).toThrow(expect.objectContaining({ code: 'RESUME_LOST' }));
  });
});

describe('the way into AWS', () => {
  const options = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret' },
    roles: [],
    insecure: false,
    maxAttempts: 3,
    metadataService: false,
  };
  it('that a dead process used is known again when this one uses the same', () => {
    const { options: open } = rememberAccess(options, 'eu-west-1');
    expect(recallAccess({ here: 'of another process', options: open })).toEqual(options);
    const elsewhere = recallAccess({ here: 'of another process', options: { ...open, maxAttempts: 4 } });
    expect(elsewhere.credentials).toBeUndefined();
  });
});

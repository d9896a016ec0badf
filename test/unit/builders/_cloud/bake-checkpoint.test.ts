import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointOf, keyOf, readCheckpoint } from '../../../../builders/_cloud/bake-checkpoint.ts';

const facts = { Source: 'image-1' };

function checkpointWith(privateKeyFile: string | undefined): ReturnType<typeof checkpointOf> {
  const privateKey = privateKeyFile === undefined ? undefined : 'the secret';
  const instance = { id: 'i-1', key: { name: 'packer', privateKey, privateKeyFile } };
  return checkpointOf('provisioning', instance, facts);
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

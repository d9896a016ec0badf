import { describe, expect, it } from 'vitest';
import { accessMemory, sharedConnection } from '../../../../core/cloud/access.ts';
import { firstIdentity } from '../../../../core/cloud/identity.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';

interface Options {
  readonly user: string;
  readonly password?: string;
}

const withoutSecrets = ({ user }: Options): JsonObject => ({ user });
const rebuild = ({ user }: JsonObject): Options => ({ user: JSON.stringify(user) });
const options = { user: 'builder', password: 'the secret' };

describe('the memory of ways in', () => {
  it('has the secrets in this process and not in the journal', () => {
    const memory = accessMemory(withoutSecrets, ['zone']);
    const access = memory.remember(options, { zone: 'north' });
    expect(access.options).toEqual({ user: 'builder', zone: 'north' });
    expect(JSON.stringify(access)).not.toContain('the secret');
    expect(memory.recall(access, rebuild)).toBe(options);
  });

  it('remembers equal options once', () => {
    const memory = accessMemory(withoutSecrets, ['zone']);
    const { here } = memory.remember(options, { zone: 'north' });
    expect(memory.remember({ ...options }, { zone: 'south' }).here).toBe(here);
    expect(memory.remember({ user: 'other' }, { zone: 'north' }).here).not.toBe(here);
  });

  it('of another process finds the same way with the secrets that this one has, in whichever place', () => {
    const { here: _here, ...said } = accessMemory(withoutSecrets, ['zone']).remember(options, { zone: 'south' });
    const memory = accessMemory(withoutSecrets, ['zone']);
    memory.remember(options, { zone: 'north' });
    expect(memory.recall({ here: 'elsewhere', ...said }, rebuild)).toEqual(options);
    const other = { here: 'elsewhere', options: { user: 'another', zone: 'south' } };
    expect(memory.recall(other, rebuild)).toEqual({ user: '"another"' });
    expect(memory.recall(undefined, () => ({ user: 'nobody' }))).toEqual({ user: 'nobody' });
  });
});

describe('a shared connection', () => {
  it('is opened once for equal options, also while it is being opened', async () => {
    const opened: Options[] = [];
    const connect = sharedConnection((given: Options, ask: string) => {
      opened.push(given);
      return Promise.resolve({ given, ask });
    });
    const [one, other] = await Promise.all([connect(options, 'first'), connect({ ...options }, 'second')]);
    expect(other).toBe(one);
    expect(one.ask).toBe('first');
    expect(await connect({ user: 'other' }, 'third')).not.toBe(one);
    expect(opened).toHaveLength(2);
  });
});

describe('credentials', () => {
  class NotSetUp extends Error {}
  const rules = {
    endsChain: (error: unknown) => !(error instanceof NotSetUp),
    reasonOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
  };
  const lacking = { name: 'the environment', get: () => Promise.reject(new NotSetUp('nothing is set')) };
  const broken = { name: 'the file', get: () => Promise.reject(new Error('it is no JSON')) };
  const having = { name: 'the machine', get: () => Promise.resolve('identity') };

  it('are those of the first source that has some', async () => {
    expect(await firstIdentity([lacking, having], rules)).toBe('identity');
    expect(await firstIdentity([{ ...broken, ends: () => false }, having], rules)).toBe('identity');
  });

  it('end the search where somebody has set up what does not work', async () => {
    await expect(firstIdentity([lacking, broken, having], rules)).rejects.toMatchObject({
      name: 'NoCredentialsError',
      message: 'the environment: nothing is set; the file: it is no JSON',
    });
  });
});

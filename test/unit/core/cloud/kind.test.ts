import { describe, expect, it } from 'vitest';
import type { ReleaseContext } from '../../../../core/contract/resource.ts';
import { fakeProvider, ProviderError } from './fake-provider.ts';

const place = { zone: 'north' };

function context(given: Partial<ReleaseContext> = {}): ReleaseContext {
  return { signal: new AbortController().signal, say: () => undefined, ...given };
}

describe('a kind of things of a provider', () => {
  it('gives a thing back where its locator says, waits until it is gone, and does so twice without harm', async () => {
    const provider = fakeProvider();
    provider.disks.set('disk-1', 'token-1');
    await provider.kind.release('disk-1', place, context());
    expect([...provider.disks]).toEqual([]);
    await provider.kind.release('disk-1', place, context());
    expect(provider.calls).toEqual(['delete disk-1 in north', 'delete disk-1 in north']);
  });

  it('asks again while something else still uses the thing', async () => {
    const provider = fakeProvider();
    provider.disks.set('disk-1', 'token-1');
    provider.inUse = 1;
    await provider.kind.release('disk-1', place, context());
    expect([...provider.disks]).toEqual([]);
  });

  it('does not believe that what was made a moment ago is not there, but does so of an old thing', async () => {
    const provider = fakeProvider();
    provider.disks.set('disk-1', 'token-1');
    provider.hidden = 1;
    await provider.kind.release('disk-1', place, context({ madeAt: Date.now() - 3_600_000 }));
    expect([...provider.disks.keys()]).toEqual(['disk-1']);
    provider.hidden = 1;
    await provider.kind.release('disk-1', place, context({ madeAt: Date.now() }));
    expect([...provider.disks]).toEqual([]);
  });

  it('believes it of a call that was repeated: the first attempt, whose reply was lost, had removed the thing', async () => {
    const provider = fakeProvider({ wasRepeated: () => true });
    await provider.kind.release('disk-1', place, context({ madeAt: Date.now() }));
    expect(provider.calls).toEqual(['delete disk-1 in north']);
  });

  it('throws what else the provider says, and a thing that does not go is no bug', async () => {
    const broken = fakeProvider({ release: () => Promise.reject(new ProviderError('FORBIDDEN')) });
    await expect(broken.kind.release('disk-1', place, context())).rejects.toThrow('FORBIDDEN');
    const stuck = fakeProvider({
      release: (_id, _connection, _locator, release) =>
        release.waitUntilGone({ what: 'the disk to go', look: () => Promise.resolve({ failed: 'it is locked' }) }),
    });
    await expect(stuck.kind.release('disk-1', place, context())).rejects.toMatchObject({ code: 'FAKE_FAILED' });
  });

  it('finds a thing by its token, also one that is listed late', async () => {
    const provider = fakeProvider();
    provider.disks.set('disk-1', 'token-1').set('disk-2', 'token-2');
    provider.hidden = 1;
    expect(await provider.kind.find('token-2', place, context())).toEqual(['disk-2']);
    expect(provider.calls).toEqual(['list in north', 'list in north']);
  });

  it('does not look for what the provider refused to make, but for what may have been made', async () => {
    const provider = fakeProvider();
    const failing = (code: string) => (): Promise<never> => Promise.reject(new ProviderError(code));
    await expect(provider.kind.createUnlessRefused('token-1', failing('REFUSED'))).rejects.toThrow('REFUSED');
    expect(await provider.kind.find('token-1', place, context())).toEqual([]);
    expect(provider.calls).toEqual([]);
    provider.disks.set('disk-2', 'token-2');
    await expect(provider.kind.createUnlessRefused('token-2', failing('BROKEN'))).rejects.toThrow('BROKEN');
    expect(await provider.kind.find('token-2', place, context())).toEqual(['disk-2']);
    expect(await provider.kind.createUnlessRefused('token-3', () => Promise.resolve('made'))).toBe('made');
  });

  it('says how a person gives the thing back', () => {
    expect(fakeProvider().kind.manualCommand?.('disk-1', place)).toBe('fake --zone north delete disk-1');
  });
});

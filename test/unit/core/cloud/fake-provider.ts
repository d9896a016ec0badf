import { cloudKind, type CloudKind, type CloudKindOptions } from '../../../../core/cloud/kind.ts';

/** An error of the fake provider, with its code. */
export class ProviderError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface FakeProvider {
  /** Tokens of the disks that are there, by their ids. */
  readonly disks: Map<string, string>;
  /** Names of the calls, with their zone. */
  readonly calls: string[];
  /** How many calls more will not know a new disk. */
  hidden: number;
  /** How many deletions more will find a disk in use. */
  inUse: number;
  readonly kind: CloudKind;
}

function codeOf(error: unknown): string {
  return error instanceof ProviderError ? error.code : '';
}

/** A provider that keeps disks: small, and slow to know what it has made. */
export function fakeProvider(options: Partial<CloudKindOptions<Connection>> = {}): FakeProvider {
  const going = new Map<string, number>();

  function knownAgain(): boolean {
    provider.hidden -= 1;
    return provider.hidden < 0;
  }

  const kind = cloudKind<Connection>({
    kind: 'fake:disk',
    open: (locator) => Promise.resolve({ zone: locator.text('zone'), remove, list }),
    patiently: ({ zone, ...calls }, retry) => ({
      ...calls,
      zone,
      remove: (id) => retry(() => calls.remove(id, zone)),
    }),
    find: (token, { list: all, zone }) => all(token, zone),
    release: async (id, { remove: delete_, zone }, _locator, release) => {
      await release.whileInUse(() => delete_(id, zone));
      await release.waitUntilGone({
        what: `the disk ${id} to go`,
        look: () => {
          const left = (going.get(id) ?? 0) - 1;
          going.set(id, left);
          return Promise.resolve(left > 0 ? { state: 'going' } : { done: undefined });
        },
      });
    },
    manualCommand: (id, locator) => `fake --zone ${locator.text('zone')} delete ${id}`,
    isNotFound: (error) => codeOf(error) === 'NOT_FOUND',
    isRefusal: (error) => codeOf(error) === 'REFUSED',
    isInUse: (error) => codeOf(error) === 'IN_USE',
    waits: () => ({ codes: { failed: 'FAKE_FAILED', timeout: 'FAKE_TIMEOUT' }, longestPause: 1, hint: 'wait' }),
    ...options,
  });
  const provider: FakeProvider = { disks: new Map(), calls: [], hidden: 0, inUse: 0, kind };

  function remove(id: string, zone: string): Promise<void> {
    provider.calls.push(`delete ${id} in ${zone}`);
    if (!knownAgain() || !provider.disks.has(id)) return Promise.reject(new ProviderError('NOT_FOUND'));
    provider.inUse -= 1;
    if (provider.inUse >= 0) return Promise.reject(new ProviderError('IN_USE'));
    provider.disks.delete(id);
    going.set(id, 2);
    return Promise.resolve();
  }

  function list(token: string, zone: string): Promise<readonly string[]> {
    provider.calls.push(`list in ${zone}`);
    if (!knownAgain()) return Promise.resolve([]);
    return Promise.resolve([...provider.disks].filter(([, each]) => each === token).map(([id]) => id));
  }
  return provider;
}

/** How the fake provider is called. */
export interface Connection {
  readonly zone: string;
  readonly remove: (id: string, zone: string) => Promise<void>;
  readonly list: (token: string, zone: string) => Promise<readonly string[]>;
}

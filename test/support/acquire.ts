import type { BuildRun } from '../../core/contract/build-run.ts';
import type { Keepable } from '../../core/contract/resource.ts';

export interface TestScope extends Pick<BuildRun, 'acquire'> {
  readonly tokens: readonly string[];
  /** Gives everything back, last first. */
  releaseAll(): Promise<void>;
}

/** `acquire` without a run around it, for tests of what components and core make. */
export function acquireForTest(): TestScope {
  const tokens: string[] = [];
  const releases: (() => Promise<void>)[] = [];
  const context = { signal: new AbortController().signal, say: (): void => undefined };
  return {
    tokens,
    acquire: async (kind, acquisition) => {
      const token = crypto.randomUUID();
      tokens.push(token);
      const { id, handle } = await acquisition.create(token);
      let released = false;
      const release = async (): Promise<void> => {
        if (released) return;
        released = true;
        await kind.release(id, acquisition.locator, context);
      };
      releases.push(release);
      const keep: Keepable['keep'] = async (...others) => {
        released = true;
        for (const other of others) await other.keep();
      };
      return { id, handle, release, keep };
    },
    releaseAll: async () => {
      for (const release of releases.toReversed()) await release();
    },
  };
}

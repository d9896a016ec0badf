import type { BuildRun } from '../../core/contract/build-run.ts';
import type { JournalRecord } from '../../core/run/journal/journal-record.ts';
import type { Journal } from '../../core/run/journal/journal.ts';
import { openScope } from '../../core/run/scope/scope.ts';

export interface TestScope extends Pick<BuildRun, 'acquire'> {
  /** Of what was acquired or asked for, in order. */
  readonly tokens: readonly string[];
  /** Gives everything back, last first. Throws when something could not be. */
  releaseAll(): Promise<void>;
}

function journalInMemory(records: JournalRecord[]): Journal {
  const write = (record: JournalRecord): Promise<void> => {
    records.push(record);
    return Promise.resolve();
  };
  return { directory: '', write, writeDurably: write, close: () => Promise.resolve() };
}

/** The engine's own scope, without a run around it, for tests of what components and core make. */
export function acquireForTest(): TestScope {
  const records: JournalRecord[] = [];
  const reasons: string[] = [];
  const silent = (): void => undefined;
  const scope = openScope({
    journal: journalInMemory(records),
    releaseTimeout: 60_000,
    build: 'test',
    signal: new AbortController().signal,
    say: silent,
    warn: silent,
    leftBehind: ({ what, reason }) => void reasons.push(`${what}: ${reason}`),
  });
  return {
    get tokens() {
      return records.flatMap((record) => (record.record === 'intent' ? [record.token] : []));
    },
    acquire: (kind, acquisition) => scope.acquire(kind, acquisition),
    releaseAll: async () => {
      await scope.releaseAllBut(new Set());
      if (reasons.length > 0) throw new Error(reasons.splice(0).join('\n'));
    },
  };
}

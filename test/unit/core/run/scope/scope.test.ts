import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelledError, StepError } from '../../../../../core/errors/errors.ts';
import { createJournal, openJournal, type Journal } from '../../../../../core/run/journal/journal.ts';
import { openThings, parseJournal, type JournalRecord } from '../../../../../core/run/journal/journal-record.ts';
import { thisOwner } from '../../../../../core/locks/owner.ts';
import type { Acquired, ResourceKind } from '../../../../../core/contract/resource.ts';
import type { LeftBehind } from '../../../../../core/run/report.ts';
import { openScope, type Scope } from '../../../../../core/run/scope/scope.ts';
import { journalFile } from '../../../../../core/directories/state-directory.ts';
import { testRun } from '../../../../support/plan-for-test.ts';

interface Ground extends AsyncDisposable {
  readonly scope: Scope;
  readonly directory: string;
  readonly journal: Journal;
  readonly controller: AbortController;
  readonly leftBehind: LeftBehind[];
  /** What happened, in order. */
  readonly log: string[];
  records(): Promise<readonly JournalRecord[]>;
  /** Acquires a thing called `name` that is listed in `world` while it exists. */
  make(scope: Scope, name: string, changes?: Partial<ResourceKind<string>>): Promise<Acquired<string, undefined>>;
}

async function startJournal(state: string): Promise<Journal> {
  const owner = thisOwner();
  return createJournal(state, { record: 'run', format: 1, runId: 'run-1', owner, template: '-', started: 1 });
}

async function ground(changeJournal: (journal: Journal) => Journal = (journal) => journal): Promise<Ground> {
  const test = await testRun();
  const real = await startJournal(test.directory);
  const journal = changeJournal(real);
  const leftBehind: LeftBehind[] = [];
  const log: string[] = [];
  const scope = openScope({
    journal,
    releaseTimeout: 200,
    build: 'test.a',
    signal: test.controller.signal,
    say: (text) => log.push(text),
    warn: (text) => log.push(`warning: ${text}`),
    leftBehind: (entry) => leftBehind.push(entry),
  });
  return {
    scope,
    directory: test.directory,
    journal,
    controller: test.controller,
    leftBehind,
    log,
    records: async () => parseJournal(await readFile(journalFile(real.directory), 'utf8')),
    make: (within, name, changes = {}) =>
      within.acquire(
        {
          kind: 'test:thing',
          release: (id) => {
            log.push(`release ${id}`);
            return Promise.resolve();
          },
          find: () => Promise.resolve([]),
          ...changes,
        },
        { describe: name, locator: {}, create: () => Promise.resolve({ id: name, handle: undefined }) },
      ),
    [Symbol.asyncDispose]: async () => {
      await real.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

describe('a scope', () => {
  it('journals the intent before it makes a thing, then its id, then that it is gone', async () => {
    await using at = await ground();
    let before: readonly JournalRecord[] = [];
    let token = '';
    await at.scope.acquire(
      { kind: 'test:thing', release: () => Promise.resolve(), find: () => Promise.resolve([]) },
      {
        describe: 'a thing',
        locator: { region: 'x' },
        create: async (given) => {
          token = given;
          before = await at.records();
          return { id: 'id-1', handle: undefined };
        },
      },
    );
    const intent = {
      record: 'intent',
      token,
      kind: 'test:thing',
      build: 'test.a',
      describe: 'a thing',
      locator: { region: 'x' },
      at: expect.any(Number) as number,
    };
    expect(before.slice(1)).toEqual([intent]);
    expect(openThings(await at.records())).toMatchObject([{ token, id: 'id-1' }]);
    await at.scope.close('release', '');
    expect((await at.records()).slice(1)).toEqual([
      intent,
      { record: 'created', token, id: 'id-1', at: expect.any(Number) as number },
      { record: 'released', token },
    ]);
  });

  it('gives everything back last first, though one release fails and another hangs', async () => {
    await using at = await ground();
    await at.make(at.scope, 'one');
    await at.make(at.scope, 'two', { release: () => Promise.reject(new StepError('in use', { code: 'IN_USE' })) });
    await at.make(at.scope, 'three', { release: () => new Promise(() => undefined) });
    await at.make(at.scope, 'four');
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release four', 'release one']);
    expect(at.leftBehind).toEqual([
      { build: 'test.a', what: 'three', reason: 'not given back within 0.2 s' },
      { build: 'test.a', what: 'two', reason: 'in use' },
    ]);
    expect(openThings(await at.records()).map(({ describe: what }) => what)).toEqual(['two', 'three']);
  });

  it('releases under a signal of its own after the run was cancelled', async () => {
    await using at = await ground();
    let aborted: boolean | undefined;
    await at.make(at.scope, 'one', {
      release: (_id, _locator, { signal }) => {
        aborted = signal.aborted;
        return Promise.resolve();
      },
    });
    at.controller.abort(new CancelledError());
    await at.scope.close('release', '');
    expect(aborted).toBe(false);
  });

  it('gives a thing back once, however often it is asked to', async () => {
    await using at = await ground();
    const one = await at.make(at.scope, 'one');
    await Promise.all([one.release(), one.release()]);
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release one']);
  });

  it('tries once more at its end what could not be given back before', async () => {
    await using at = await ground();
    let tries = 0;
    const one = await at.make(at.scope, 'one', {
      release: () => ((tries += 1) === 1 ? Promise.reject(new Error('busy')) : Promise.resolve()),
    });
    await expect(one.release()).rejects.toThrow('busy');
    await at.scope.close('release', '');
    expect(tries).toBe(2);
    expect(at.leftBehind).toEqual([]);
  });

  it('does not give back what is kept', async () => {
    await using at = await ground();
    await (await at.make(at.scope, 'one')).keep();
    await at.scope.close('release', '');
    expect(at.log).toEqual([]);
    expect(openThings(await at.records())).toEqual([]);
  });

  it('several things are kept in one record, and those that are gone by then are not', async () => {
    await using at = await ground();
    const [one, two, gone] = [
      await at.make(at.scope, 'one'),
      await at.make(at.scope.child(), 'two'),
      await at.make(at.scope, 'gone'),
    ];
    await gone.release();
    await one.keep(two, gone);
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release gone']);
    const kept = (await at.records()).filter(({ record }) => record === 'kept');
    expect(kept).toEqual([{ record: 'kept', tokens: [expect.any(String), expect.any(String)] }]);
    expect(openThings(await at.records())).toEqual([]);
  });

  it('looks for what a failed create may have made and gives that back', async () => {
    await using at = await ground();
    const found: string[] = [];
    const making = at.scope.acquire(
      {
        kind: 'test:thing',
        release: (id: string) => {
          at.log.push(`release ${id}`);
          return Promise.resolve();
        },
        find: (token) => {
          found.push(token);
          return Promise.resolve(['lost-1', 'lost-2']);
        },
      },
      {
        describe: 'a thing',
        locator: {},
        create: () => Promise.reject(new StepError('no reply', { code: 'NO_REPLY' })),
      },
    );
    await expect(making).rejects.toThrow('no reply');
    expect(found).toHaveLength(1);
    expect(at.log).toEqual(['release lost-1', 'release lost-2']);
    expect(openThings(await at.records())).toEqual([]);
  });

  it('reports as left behind what it cannot look for after a failed create, and throws the create’s error', async () => {
    await using at = await ground();
    const find = (): Promise<never> => Promise.reject(new StepError('still no reply', { code: 'NO_REPLY' }));
    const making = at.scope.acquire(
      { kind: 'test:thing', release: () => Promise.resolve(), find },
      {
        describe: 'a thing',
        locator: {},
        create: () => Promise.reject(new StepError('no reply', { code: 'NO_REPLY' })),
      },
    );
    await expect(making).rejects.toThrow(/^no reply/);
    expect(at.leftBehind).toMatchObject([{ what: 'a thing', reason: 'still no reply' }]);
    expect(openThings(await at.records())).toHaveLength(1);
  });

  it('that ends waits for what is being made, gives it back and refuses anything new', async () => {
    await using at = await ground();
    const begun = Promise.withResolvers<undefined>();
    const making = at.scope.acquire(
      {
        kind: 'test:thing',
        release: (id: string) => {
          at.log.push(`release ${id}`);
          return Promise.resolve();
        },
        find: () => Promise.resolve([]),
      },
      {
        describe: 'slow',
        locator: {},
        create: async () => {
          begun.resolve(undefined);
          await delay(50);
          return { id: 'slow', handle: undefined };
        },
      },
    );
    await begun.promise;
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release slow']);
    await making;
    await expect(at.make(at.scope, 'late')).rejects.toThrow(CancelledError);
  });

  it('gives back what was made so slowly that its end did not wait for it', async () => {
    await using at = await ground();
    const begun = Promise.withResolvers<() => void>();
    const making = at.scope.acquire(
      {
        kind: 'test:thing',
        release: (id: string) => {
          at.log.push(`release ${id}`);
          return Promise.resolve();
        },
        find: () => Promise.resolve([]),
      },
      {
        describe: 'very slow',
        locator: {},
        create: () =>
          new Promise<{ readonly id: string; readonly handle: string }>((resolve) => {
            begun.resolve(() => resolve({ id: 'very slow', handle: '' }));
          }),
      },
    );
    const refused = expect(making).rejects.toThrow(CancelledError);
    const finish = await begun.promise;
    await at.scope.close('release', '');
    expect(at.leftBehind).toEqual([{ build: 'test.a', what: 'very slow', reason: 'it is still being made' }]);
    finish();
    await refused;
    expect(at.log).toEqual(['release very slow']);
  });

  it('within another one gives its things back at its own end, or hands them up', async () => {
    await using at = await ground();
    await at.make(at.scope, 'outer');
    const [first, second] = [at.scope.child(), at.scope.child()];
    await at.make(first, 'first');
    const handed = await at.make(second, 'second');
    await at.make(second, 'third');
    await first.close('release', '');
    expect(at.log).toEqual(['release first']);
    await second.handUp();
    expect(second.signal.aborted).toBe(true);
    expect(at.scope.outstanding().map(({ what }) => what)).toEqual(['outer', 'second', 'third']);
    await handed.release();
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release first', 'release second', 'release third', 'release outer']);
  });
});

/** A journal whose records go to a full disk from the first one on. */
async function fullJournal(directory: string): Promise<Journal> {
  await mkdir(join(directory, 'full'));
  await symlink('/dev/full', journalFile(join(directory, 'full')));
  return openJournal(join(directory, 'full'));
}

describe('on a full disk', () => {
  it('a scope makes nothing whose intent it cannot journal', async () => {
    await using at = await ground();
    const full = await fullJournal(at.directory);
    const scope = openScope({
      journal: full,
      releaseTimeout: 200,
      build: undefined,
      signal: at.controller.signal,
      say: () => undefined,
      warn: () => undefined,
      leftBehind: (entry) => at.leftBehind.push(entry),
    });
    let made = false;
    const making = scope.acquire(
      { kind: 'test:thing', release: () => Promise.resolve(), find: () => Promise.resolve([]) },
      {
        describe: 'a thing',
        locator: {},
        create: () => {
          made = true;
          return Promise.resolve({ id: 'x', handle: undefined });
        },
      },
    );
    await expect(making).rejects.toMatchObject({
      code: 'JOURNAL_FAILED',
      hint: expect.stringContaining('space') as string,
    });
    expect(made).toBe(false);
    await scope.close('release', '');
    expect(at.leftBehind).toEqual([]);
    await full.close();
  });

  it('a thing whose id and end cannot be journaled is made and given back nevertheless', async () => {
    const journals: Journal[] = [];
    await using at = await ground((journal) => ({ ...journal, write: (record) => journals[0]!.write(record) }));
    const full = await fullJournal(at.directory);
    journals.push(full);
    await at.make(at.scope, 'one');
    await at.scope.close('release', '');
    expect(at.log.filter((line) => line.startsWith('release'))).toEqual(['release one']);
    expect(at.log.filter((line) => line.startsWith('warning: cannot write the journal'))).toHaveLength(2);
    expect(openThings(await at.records())).toMatchObject([{ describe: 'one', id: undefined }]);
    await full.close();
  });

  it('a thing is not taken for kept when that cannot be journaled', async () => {
    await using at = await ground((journal) => ({
      ...journal,
      writeDurably: (record) =>
        record.record === 'kept'
          ? Promise.reject(new StepError('full', { code: 'JOURNAL_FAILED' }))
          : journal.writeDurably(record),
    }));
    const one = await at.make(at.scope, 'one');
    await expect(one.keep()).rejects.toThrow('full');
    await at.scope.close('release', '');
    expect(at.log).toEqual(['release one']);
  });
});

import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { readdirSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, readFile, stat, writeFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readInvocation, writeInvocation } from '../../../../../core/run/journal/invocation.ts';
import { createJournal, openJournal } from '../../../../../core/run/journal/journal.ts';
import { openThings, parseJournal, type JournalRecord } from '../../../../../core/run/journal/journal-record.ts';
import { isOwnerAlive, thisOwner, type RunOwner } from '../../../../../core/locks/owner.ts';
import { cacheDirectory, journalFile, stateDirectory } from '../../../../../core/directories/state-directory.ts';
import { testRun } from '../../../../support/plan-for-test.ts';

function firstRecord(): Extract<JournalRecord, { record: 'run' }> {
  return { record: 'run', format: 1, runId: 'run-1', owner: thisOwner(), template: '-', started: 1 };
}
const intent: JournalRecord = { record: 'intent', token: 't', kind: 'path', describe: 'd', locator: null };

describe('a journal', () => {
  it('appears with its first record in it, readable by its owner alone', async () => {
    await using test = await testRun();
    const journal = await createJournal(test.directory, firstRecord());
    expect((await stat(journal.directory)).mode & 0o777).toBe(0o700);
    expect((await stat(journalFile(journal.directory))).mode & 0o777).toBe(0o600);
    expect(parseJournal(await readFile(journalFile(journal.directory), 'utf8'))).toHaveLength(1);
    expect(await readdir(join(test.directory, 'runs'))).toEqual(['run-1']);
    await journal.close();
  });

  it('appears with what tells how the run was called for, so that it can be resumed from then on', async () => {
    await using test = await testRun();
    const runs = join(test.directory, 'runs');
    let before: readonly string[] = [];
    const journal = await createJournal(test.directory, firstRecord(), (directory) => {
      before = readdirSync(runs).filter((name) => !name.startsWith('.'));
      writeInvocation(directory, { template: 'web.json' });
    });
    expect(before).toEqual([]);
    expect(await readInvocation(journal.directory)).toEqual({ template: 'web.json' });
    await journal.close();
  });

  it('keeps the order of records that are written at once', async () => {
    await using test = await testRun();
    const journal = await createJournal(test.directory, firstRecord());
    const tokens = Array.from({ length: 50 }, (_, index) => `token-${index}`);
    await Promise.all(
      tokens.map((token, index) =>
        index % 3 === 0 ? journal.writeDurably({ ...intent, token }) : journal.write({ ...intent, token }),
      ),
    );
    await journal.close();
    const records = parseJournal(await readFile(journalFile(journal.directory), 'utf8'));
    expect(records.slice(1).map((record) => 'token' in record && record.token)).toEqual(tokens);
  });

  it('whose last line is half written is read up to there, and goes on after it', async () => {
    await using test = await testRun();
    const journal = await createJournal(test.directory, firstRecord());
    await journal.write(intent);
    await journal.close();
    await appendFile(journalFile(journal.directory), '{"record":"created","token":"t","i');
    const again = await openJournal(journal.directory);
    await again.write({ record: 'released', token: 't' });
    await again.close();
    const records = parseJournal(await readFile(journalFile(journal.directory), 'utf8'));
    expect(records.map(({ record }) => record)).toEqual(['run', 'intent', 'released']);
  });

  it('passes over lines that are not records', () => {
    const lines = ['', 'null', '[]', '"x"', '{"record":"intent","token":"t"}', '{"record":"toString"}', '\0\0', '{}'];
    expect(parseJournal(lines.join('\n'))).toEqual([]);
    expect(openThings([{ record: 'created', token: 'unknown', id: 1 }])).toEqual([]);
  });

  it('that cannot be begun says where, and how to put it elsewhere', async () => {
    await using test = await testRun();
    await writeFile(join(test.directory, 'file'), '');
    await expect(createJournal(join(test.directory, 'file'), firstRecord())).rejects.toMatchObject({
      code: 'STATE_NO_DIRECTORY',
      hint: expect.stringContaining('KILN_STATE_DIR') as string,
    });
    if (process.getuid?.() === 0) return;
    await mkdir(join(test.directory, 'locked'), { mode: 0o500 });
    await expect(createJournal(join(test.directory, 'locked'), firstRecord())).rejects.toThrow('EACCES');
    await chmod(join(test.directory, 'locked'), 0o700);
  });
});

describe('a run’s owner', () => {
  it('of another boot, or another machine of this name, lives while it touches its run’s directory', async () => {
    await using test = await testRun();
    const { directory } = test;
    const rebooted = { ...thisOwner(), started: 'another-boot:1' };
    const clone = { ...thisOwner(), machine: 'another', pid: 2 ** 22 + 1 };
    const { machine: _machine, ...older } = rebooted;
    const touched = async (millisecondsAgo: number): Promise<readonly boolean[]> => {
      const time = new Date(Date.now() - millisecondsAgo);
      await utimes(directory, time, time);
      return Promise.all([rebooted, clone, older].map((owner) => isOwnerAlive(owner, directory)));
    };
    expect(await touched(1000)).toEqual([true, true, true]);
    expect(await touched(11 * 60_000)).toEqual([false, false, false]);
    // Before this machine was started: its own run of then is over at once, another machine's cannot be known.
    const uptime = vi.spyOn(os, 'uptime').mockReturnValue(60);
    syncBuiltinESMExports();
    expect(await touched(120_000)).toEqual([false, true, false]);
    uptime.mockRestore();
    syncBuiltinESMExports();
  });

  it('is alive while its process runs, and not when its number went to another one', async () => {
    const owner = thisOwner();
    expect(await isOwnerAlive(owner, '/')).toBe(true);
    expect(await isOwnerAlive({ ...owner, started: owner.started.replace(/:.*/, ':1') }, '/')).toBe(false);
    expect(await isOwnerAlive({ ...owner, pid: 2 ** 22 + 1 }, '/')).toBe(false);
    expect(await isOwnerAlive({ ...owner, started: '', pid: 2 ** 22 + 1 }, '/')).toBe(false);
    expect(await isOwnerAlive({ ...owner, started: '' }, '/')).toBe(true);
  });

  it('elsewhere is alive as long as it touches the run’s directory', async () => {
    await using test = await testRun();
    const here = thisOwner();
    const others: readonly RunOwner[] = [
      { ...here, host: 'another-host', pid: 1 },
      { ...here, namespace: 'pid:[1]', pid: 1 },
    ];
    const { utimes } = await import('node:fs/promises');
    for (const owner of others) {
      await utimes(test.directory, new Date(), new Date());
      expect(await isOwnerAlive(owner, test.directory)).toBe(true);
      const before = new Date(Date.now() - 11 * 60_000);
      await utimes(test.directory, before, before);
      expect(await isOwnerAlive(owner, test.directory)).toBe(false);
    }
  });
});

it('the state and the cache directory come from the environment, Kiln’s own names first', () => {
  expect(stateDirectory({ KILN_STATE_DIR: '/s', XDG_STATE_HOME: '/x' })).toBe('/s');
  expect(stateDirectory({ KILN_STATE_DIR: '', XDG_STATE_HOME: '/x' })).toBe('/x/kiln');
  expect(stateDirectory({})).toMatch(/\/\.local\/state\/kiln$/);
  expect(cacheDirectory({ KILN_CACHE_DIR: '/k', PACKER_CACHE_DIR: '/p' })).toBe('/k');
  expect(cacheDirectory({ PACKER_CACHE_DIR: '/p', XDG_CACHE_HOME: '/x' })).toBe('/p');
  expect(cacheDirectory({ XDG_CACHE_HOME: '/x' })).toBe('/x/kiln');
  expect(cacheDirectory({})).toMatch(/\/\.cache\/kiln$/);
});

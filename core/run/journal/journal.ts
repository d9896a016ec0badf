import { closeSync, constants, fdatasync, open as openFile, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StepError } from '../../errors/errors.ts';
import { parseJournal, type JournalRecord } from './journal-record.ts';
import { makeDirectorySync } from '../../files/make-directory.ts';
import { journalFile, runsDirectory } from '../../directories/state-directory.ts';
import { checkStateDirectory, readTrusted } from '../../directories/trust.ts';
import { syncDirectory } from '../../files/sync-to-disk.ts';

const dataSync = promisify(fdatasync);
const openDescriptor = promisify(openFile);

/**
 * What a run made, on disk before it is made. `write` resolves when the line is written, `writeDurably` when it and
 * all before it are on the disk as well. Both throw `StepError` JOURNAL_FAILED; a line that was written in part spoils no other.
 */
export interface Journal {
  /** The run's directory, mode 0700; other files about the run may be put there. */
  readonly directory: string;
  write(record: JournalRecord): Promise<void>;
  writeDurably(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

function journalFailed(path: string, cause: unknown): StepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StepError(`cannot write the journal ${path}: ${reason}`, {
    code: 'JOURNAL_FAILED',
    hint: 'free some space there, or put journals elsewhere with KILN_STATE_DIR',
    cause,
  });
}

/** Writes a whole text; a short write (the disk is full) is a failure at the next call. */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
}

/** `unsynced`: directories whose entries are to be on the disk before the first durable record counts. */
function onFile(descriptor: number, path: string, directory: string, unsynced: readonly string[]): Journal {
  // Begins a line of its own after what someone who died may have written half.
  let lineBegun = true;
  let closed = false;
  let places = unsynced;
  let syncing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  // Not by way of a thread: a line goes to the page cache in less time than a thread takes to wake up.
  const append = (record: JournalRecord): void => {
    try {
      // The descriptor's number may be that of another file by now.
      if (closed) throw new Error('it is closed');
      const line = `${lineBegun ? '\n' : ''}${JSON.stringify(record)}\n`;
      lineBegun = true;
      writeAll(descriptor, line);
      lineBegun = false;
    } catch (error) {
      throw journalFailed(path, error);
    }
  };
  const sync = async (): Promise<void> => {
    try {
      await Promise.all([dataSync(descriptor), ...places.map(syncDirectory)]);
      places = [];
    } catch (error) {
      throw journalFailed(path, error);
    }
  };
  /** One sync serves all records that were written before it began. */
  const synced = (): Promise<void> => {
    if (next !== undefined) return next;
    const begin = (): Promise<void> => {
      next = undefined;
      const running = sync().finally(() => {
        if (syncing === running) syncing = undefined;
      });
      syncing = running;
      return running;
    };
    if (syncing === undefined) return begin();
    next = syncing.catch(() => undefined).then(begin);
    return next;
  };
  return {
    directory,
    write: (record) =>
      new Promise((resolve) => {
        append(record);
        resolve();
      }),
    writeDurably: async (record) => {
      append(record);
      await synced();
    },
    close: async () => {
      await (next ?? syncing)?.catch(() => undefined);
      closed = true;
      closeSync(descriptor);
    },
  };
}

/** All whole records of a run's journal. Throws the system's error, and `UsageError` STATE_NOT_TRUSTED. */
export async function readJournal(directory: string): Promise<readonly JournalRecord[]> {
  return parseJournal(await readTrusted(journalFile(directory)));
}

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;

/** Adds to a journal that exists. Throws `StepError` JOURNAL_FAILED. */
export async function openJournal(directory: string): Promise<Journal> {
  const path = journalFile(directory);
  try {
    return onFile(await openDescriptor(path, O_WRONLY | O_APPEND | O_CREAT, 0o600), path, directory, []);
  } catch (error) {
    throw journalFailed(path, error);
  }
}

function removeUnfinished(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // What made it fail says more.
  }
}

/**
 * Begins a run's journal; the run's directory appears with its first record in it, and with what `fill` puts there. It
 * is on the disk with the first record that has to be. Throws `StepError` JOURNAL_FAILED and `UsageError`
 * STATE_NOT_TRUSTED.
 */
export async function createJournal(
  state: string,
  first: Extract<JournalRecord, { readonly record: 'run' }>,
  fill: (directory: string) => void = () => undefined,
): Promise<Journal> {
  checkStateDirectory(state);
  const runs = runsDirectory(state);
  const unfinished = join(runs, `.new-${first.runId}`);
  const directory = join(runs, first.runId);
  let descriptor: number | undefined;
  try {
    makeDirectorySync(unfinished, 0o700);
    descriptor = await openDescriptor(journalFile(unfinished), O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600);
    writeAll(descriptor, `${JSON.stringify(first)}\n`);
    fill(unfinished);
    renameSync(unfinished, directory);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    removeUnfinished(unfinished);
    throw journalFailed(dirname(journalFile(directory)), error);
  }
  return onFile(descriptor, journalFile(directory), directory, [directory, runs]);
}

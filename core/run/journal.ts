import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { parseJournal, type JournalRecord } from './journal-record.ts';
import { journalFile, runsDirectory } from './state-directory.ts';

/**
 * What a run made, on disk before it is made. `write` resolves when the line is written, `writeDurably` when it is on
 * the disk as well. Both throw `StepError` JOURNAL_FAILED; a line that was written in part spoils no other.
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

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync().catch((error: unknown) => {
    // Some file systems cannot sync a directory.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'EPERM')))
      throw error;
  });
}

function onFile(file: FileHandle, path: string, directory: string): Journal {
  let turn: Promise<void> = Promise.resolve();
  // Begins a line of its own after what someone who died may have written half.
  let lineBegun = true;
  const append = async (record: JournalRecord, durably: boolean): Promise<void> => {
    try {
      const line = `${lineBegun ? '\n' : ''}${JSON.stringify(record)}\n`;
      lineBegun = true;
      await file.appendFile(line);
      lineBegun = false;
      if (durably) await file.datasync();
    } catch (error) {
      throw journalFailed(path, error);
    }
  };
  const inTurn = (record: JournalRecord, durably: boolean): Promise<void> => {
    const done = turn.then(() => append(record, durably));
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    directory,
    write: (record) => inTurn(record, false),
    writeDurably: (record) => inTurn(record, true),
    close: async () => {
      await turn;
      await file.close();
    },
  };
}

/** All whole records of a run's journal. Throws the system's error. */
export async function readJournal(directory: string): Promise<readonly JournalRecord[]> {
  return parseJournal(await readFile(journalFile(directory), 'utf8'));
}

/** Adds to a journal that exists. Throws `StepError` JOURNAL_FAILED. */
export async function openJournal(directory: string): Promise<Journal> {
  const path = journalFile(directory);
  try {
    return onFile(await open(path, 'a', 0o600), path, directory);
  } catch (error) {
    throw journalFailed(path, error);
  }
}

/** Begins a run's journal; the run's directory appears with its first record in it. Throws `StepError` JOURNAL_FAILED. */
export async function createJournal(
  state: string,
  first: Extract<JournalRecord, { readonly record: 'run' }>,
): Promise<Journal> {
  const runs = runsDirectory(state);
  const unfinished = join(runs, `.new-${first.runId}`);
  const directory = join(runs, first.runId);
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await using file = await open(journalFile(unfinished), 'ax', 0o600);
    await file.appendFile(`${JSON.stringify(first)}\n`);
    await file.datasync();
    await syncDirectory(unfinished);
    await rename(unfinished, directory);
    await syncDirectory(runs);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw journalFailed(dirname(journalFile(directory)), error);
  }
  return openJournal(directory);
}

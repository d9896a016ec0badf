import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrustedSigners, Verifier } from '../../contract/verifier.ts';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CancelledError, KilnError } from '../../errors/errors.ts';
import { pathsBeside, signaturesAt, type FoundSignature } from './find-signatures.ts';

/**
 * What became of one signature, or of a file by a list of checksums: "unchecked" tells nothing of the file, neither good nor
 * bad; "missing" is a listed file that is not there.
 */
export interface Verdict {
  readonly file: string;
  /** Undefined: none was found, or there is no file. */
  readonly signature?: string;
  /** The signed list that has the file's digest. */
  readonly list?: string;
  readonly outcome: 'good' | 'bad' | 'unchecked' | 'missing';
  /** Of a good one: what it is and whose. Else: why. */
  readonly text: string;
  readonly hint?: string;
}

/** What every file of one call is checked with. */
export interface Checking {
  readonly verifiers: readonly Verifier[];
  readonly trustOf: (verifier: Verifier) => TrustedSigners;
  readonly signal: AbortSignal;
}

/** Runs `work` with a maker of temporary directories, which are gone after it. */
async function withTemporary<T>(work: (make: () => Promise<string>) => Promise<T>): Promise<T> {
  const made: string[] = [];
  try {
    return await work(async () => {
      const directory = await mkdtemp(join(tmpdir(), 'kiln-verify-'));
      made.push(directory);
      return directory;
    });
  } finally {
    for (const directory of made) await rm(directory, { recursive: true, force: true });
  }
}

function failed(about: Pick<Verdict, 'file' | 'signature'>, error: unknown): Verdict {
  if (error instanceof CancelledError || !(error instanceof KilnError)) throw error;
  const outcome = error.code === 'SIGNATURE_UNTRUSTED' ? 'unchecked' : 'bad';
  return { ...about, outcome, text: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

async function checkSignature(file: string, { path, verifier }: FoundSignature, checking: Checking): Promise<Verdict> {
  const about = { file, signature: path };
  if (verifier === undefined) return { ...about, outcome: 'bad', text: 'it is no signature of a kind that Kiln knows' };
  const { trustOf, signal } = checking;
  throwIfCancelled(signal);
  try {
    const text = await withTemporary((temporaryDirectory) =>
      verifier.verify({ file, signature: path, trust: trustOf(verifier), signal, temporaryDirectory }),
    );
    return { ...about, outcome: 'good', text };
  } catch (error) {
    throwIfCancelled(signal);
    return failed(about, error);
  }
}

/** Checks a file by a signature that was named, or by all that stand beside it. */
export async function checkFile(
  file: string,
  named: string | undefined,
  checking: Checking,
): Promise<readonly Verdict[]> {
  const { verifiers } = checking;
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return [{ file, outcome: 'bad', text: 'there is no such file' }];
  const paths = named === undefined ? pathsBeside(file, verifiers) : [named];
  const found = await signaturesAt(paths, verifiers);
  if (found.length === 0) {
    const hint = named === undefined ? `looked for ${paths.join(', ')}` : `there is no ${named}`;
    return [{ file, outcome: 'bad', text: 'there is no signature of it', hint }];
  }
  const verdicts: Verdict[] = [];
  for (const signature of found) verdicts.push(await checkSignature(file, signature, checking));
  return verdicts;
}

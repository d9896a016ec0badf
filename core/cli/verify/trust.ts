import { readFile } from 'node:fs/promises';
import type { TrustedSigners, TrustedKey, Verifier } from '../../contract/verifier.ts';
import { UsageError } from '../../errors/errors.ts';

/** What the flags of `kiln verify` say of trust. */
export interface TrustFlags {
  readonly keys: readonly string[];
  readonly allowedSigners: string | undefined;
  readonly identity: string | undefined;
  readonly namespace: string;
}

async function readKey(said: string, verifiers: readonly Verifier[]): Promise<TrustedKey> {
  const content = await readFile(said).catch(() => Buffer.from(said));
  if (verifiers.some((verifier) => verifier.isKey(content))) return { said, content };
  throw new UsageError(`-key=${said} is neither a file with a public key nor a key`, {
    code: 'FLAG_VALUE',
    hint: `keys are known of ${verifiers.map(({ name }) => name).join(', ')}`,
  });
}

/** Reads the keys and gives each verifier its own. Throws `UsageError` for what no verifier takes for a key. */
export async function readTrust(
  { keys, ...rest }: TrustFlags,
  verifiers: readonly Verifier[],
): Promise<(verifier: Verifier) => TrustedSigners> {
  const read = await Promise.all(keys.map((said) => readKey(said, verifiers)));
  const isSaid = read.length > 0 || rest.allowedSigners !== undefined;
  return (verifier) => ({ ...rest, isSaid, keys: read.filter(({ content }) => verifier.isKey(content)) });
}

import { join } from 'node:path';
import type { SignatureCheck, TrustedKey, Verifier } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { bad, untrusted } from '../verdict.ts';
import { readGpgStatus, type GpgVerdict } from './gpg-status.ts';

const BATCH = ['--batch', '--no-tty', '--no-autostart'];

/** The fingerprint that a key's words are, without its spaces; undefined when they are something else. */
function fingerprintIn(content: Buffer): string | undefined {
  const text = content.length > 80 ? '' : content.toString('latin1').replaceAll(' ', '').trim();
  return /^(0x)?([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/.test(text) ? text.replace(/^0x/, '').toUpperCase() : undefined;
}

/** Keys as `gpg --export` writes them, as text or as packets. */
function isKeyFile(content: Buffer): boolean {
  return (
    /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----/m.test(content.subarray(0, 4096).toString('latin1')) ||
    [0x98, 0x99, 0xc6].includes(content[0] ?? 0)
  );
}

async function ask({ file, signature, signal }: SignatureCheck, options: readonly string[]): Promise<GpgVerdict> {
  const args = [...BATCH, ...options, '--status-fd', '1', '--verify', '--', signature, file];
  const { stdout } = await runProgram('gpg', args, { signal, acceptExitStatus: [0, 1, 2] });
  return readGpgStatus(stdout);
}

/** By the keys in files and by nothing else of this user's. */
async function askKeyFiles(check: SignatureCheck, keys: readonly TrustedKey[]): Promise<GpgVerdict> {
  const home = await check.temporaryDirectory();
  const files: string[] = [];
  for (const { content } of keys) {
    const file = join(home, `key-${files.length}`);
    await writeTemporaryFile(file, content);
    files.push(file);
  }
  const { signal } = check;
  await runProgram('gpg', [...BATCH, '--homedir', home, '--import', '--', ...files], {
    signal,
    acceptExitStatus: [0, 2],
  });
  return ask(check, ['--homedir', home, '--trust-model', 'always']);
}

/** Who signed, when the signature holds and its key is trusted; by the user's keyring, but for keys in files. */
async function verify(check: SignatureCheck): Promise<string> {
  const { keys, isSaid } = check.trust;
  const hint = 'name the key: -key=FILE (gpg --export KEY), or -key=FINGERPRINT of one in your keyring';
  if (isSaid && keys.length === 0) throw untrusted('no OpenPGP key was given', hint);
  const fingerprints = keys.map(({ content }) => fingerprintIn(content)).filter((each) => each !== undefined);
  const files = keys.filter(({ content }) => fingerprintIn(content) === undefined);
  const verdict = files.length > 0 ? await askKeyFiles(check, files) : await ask(check, []);
  const { fault, user = 'nobody by name', certified } = verdict;
  if (fault !== undefined) throw bad(fault);
  const by = `OpenPGP signature by ${user}, key ${verdict.fingerprints.join(' of ')}`;
  if (files.length > 0) return by;
  if (verdict.fingerprints.some((each) => fingerprints.includes(each))) return by;
  if (keys.length > 0) throw bad(`it is by another key: ${verdict.fingerprints.join(' of ')} (${user})`);
  if (!certified)
    throw untrusted(`it is by ${user}, key ${verdict.fingerprints.join(' of ')}, which you have not certified`, hint);
  return by;
}

/** Detached OpenPGP signatures, by the program gpg. */
export const openpgp: Verifier = {
  name: 'OpenPGP',
  suffixes: ['.asc', '.sig', '.gpg'],
  isSignature: (start) =>
    /^\s*-----BEGIN PGP SIGNATURE-----/m.test(start.toString('latin1')) ||
    [0x88, 0x89, 0x8a, 0xc2].includes(start[0] ?? 0),
  isKey: (content) => fingerprintIn(content) !== undefined || isKeyFile(content),
  verify,
};

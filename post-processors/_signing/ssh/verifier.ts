import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CommandError, type SignatureCheck, type Verifier } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { bad, untrusted } from '../verdict.ts';

const KEY = /^(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)[\w@.-]+ [A-Za-z0-9+/]+=*/m;
/** What keys that stand alone are called in the list that ssh-keygen is given. */
const ALONE = 'kiln';

function keyIn(content: Buffer): string | undefined {
  return KEY.exec(content.subarray(0, 16_384).toString('latin1'))?.[0];
}

/** A list of allowed signers with the keys that were given, of whomever they are. */
async function listKeys(check: SignatureCheck): Promise<string> {
  const list = join(await check.temporaryDirectory(), 'allowed-signers');
  const lines = check.trust.keys.map(({ content }) => `${ALONE} ${keyIn(content) ?? ''}\n`);
  await writeTemporaryFile(list, lines.join(''));
  return list;
}

/** Who, by the list, may have signed with the key of the signature. */
async function findPrincipal({ signature, signal }: SignatureCheck, list: string): Promise<string> {
  const args = ['-Y', 'find-principals', '-f', list, '-s', signature];
  const { stdout } = await runProgram('ssh-keygen', args, { signal, acceptExitStatus: [0, 255] });
  const [name = ''] = stdout.split('\n');
  if (name === '') throw bad(`its key is not in ${list}`);
  return name;
}

async function holds(check: SignatureCheck, list: string, identity: string): Promise<string> {
  const { file, signature, signal, trust } = check;
  const args = ['-Y', 'verify', '-f', list, '-I', identity, '-n', trust.namespace, '-s', signature];
  const stdin = createReadStream(file, { highWaterMark: 1 << 20 });
  try {
    return (await runProgram('ssh-keygen', args, { signal, stdin })).stdout;
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    throw bad(`ssh-keygen does not accept it: ${(error.outputTail ?? '').trim().split('\n').at(-1) ?? ''}`);
  } finally {
    stdin.destroy();
  }
}

async function verify(check: SignatureCheck): Promise<string> {
  const { keys, allowedSigners, identity, namespace } = check.trust;
  const isListed = allowedSigners !== undefined;
  if (!isListed && keys.length === 0) {
    throw untrusted('no SSH key was given', 'name the key (-key=KEY.pub), or a list: -allowed-signers=FILE');
  }
  const list = isListed ? allowedSigners : await listKeys(check);
  const signer = isListed ? (identity ?? (await findPrincipal(check, list))) : ALONE;
  const said = await holds(check, list, signer);
  const key = / with (.+)$/m.exec(said)?.[1] ?? 'a key';
  return `SSH signature ${isListed ? `by ${signer}, ` : 'by '}${key}, for "${namespace}"`;
}

/** Signatures of `ssh-keygen -Y sign`, by the program ssh-keygen. */
export const ssh: Verifier = {
  name: 'SSH',
  suffixes: ['.sig'],
  isSignature: (start) => start.toString('latin1').startsWith('-----BEGIN SSH SIGNATURE-----'),
  isKey: (content) => keyIn(content) !== undefined,
  verify,
};

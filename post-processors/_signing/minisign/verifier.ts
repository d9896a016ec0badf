import { CommandError, type SignatureCheck, type Verifier } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { bad, untrusted } from '../verdict.ts';

/** A public key of minisign is 42 bytes in Base64, which begin with "Ed". */
const KEY = /^RW[A-Za-z0-9+/]{54}$/m;

function keyIn(content: Buffer): string | undefined {
  return KEY.exec(content.subarray(0, 4096).toString('latin1').replaceAll('\r', ''))?.[0];
}

/** What the signature's own comment says, when it holds; else minisign's words. */
async function ask(
  { file, signature, signal }: SignatureCheck,
  key: string,
): Promise<{ comment?: string; fault?: string }> {
  try {
    const { stdout } = await runProgram('minisign', ['-V', '-P', key, '-x', signature, '-m', file], { signal });
    return { comment: /^Trusted comment: (.*)$/m.exec(stdout)?.[1] ?? '' };
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    return { fault: (error.outputTail ?? '').trim().split('\n').at(-1) ?? '' };
  }
}

async function verify(check: SignatureCheck): Promise<string> {
  const { keys } = check.trust;
  if (keys.length === 0) throw untrusted('no minisign key was given', 'name the key: -key=minisign.pub, or -key=RW…');
  const faults: string[] = [];
  for (const { content } of keys) {
    const key = keyIn(content) ?? '';
    const { comment, fault } = await ask(check, key);
    if (comment !== undefined) return `minisign signature by key ${key}, which says: ${comment}`;
    faults.push(fault ?? '');
  }
  throw bad(`minisign does not accept it: ${faults.join('; ')}`);
}

/** Signatures of minisign, by the program minisign. */
export const minisign: Verifier = {
  name: 'minisign',
  suffixes: ['.minisig'],
  isSignature: (start) => start.toString('latin1').startsWith('untrusted comment:'),
  isKey: (content) => keyIn(content) !== undefined,
  verify,
};

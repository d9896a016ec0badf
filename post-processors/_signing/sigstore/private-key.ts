import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { keyFault } from './key-kind.ts';

/** Options of signatures in sigstore's forms. */
export interface CosignOptions {
  readonly cosign_key_file: string;
  readonly cosign_password?: string;
}

const POINTER = '/cosign_key_file';

async function readPem(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(expandHome(file), 'utf8');
  } catch (error) {
    throw fileFailure(`cannot read the key ${file}`, 'SIGN_KEY', error, signal, POINTER);
  }
}

function refuse(file: string, reason: string, hint: string): never {
  throw new StepError(`the key ${file} ${reason}`, { code: 'SIGN_KEY', pointer: POINTER, hint });
}

/** The key in PEM text; what OpenSSL says of keys stays out of messages, which nobody would understand. */
function openPem(pem: string, { cosign_key_file: file, cosign_password: password }: CosignOptions): KeyObject {
  const encrypted = /^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (encrypted && password === undefined) refuse(file, 'is encrypted', 'give cosign_password');
  try {
    return createPrivateKey({ key: pem, ...(password === undefined ? {} : { passphrase: password }) });
  } catch {
    return encrypted
      ? refuse(file, 'does not open', 'cosign_password is another one, or the file is damaged')
      : refuse(file, 'is no private key in PEM form', 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256');
  }
}

/** The key that signs; "program" when only the program cosign can open it. Throws `StepError` SIGN_KEY. */
export async function loadPrivateKey(options: CosignOptions, signal: AbortSignal): Promise<KeyObject | 'program'> {
  const pem = await readPem(options.cosign_key_file, signal);
  if (/^-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----/m.test(pem)) return 'program';
  const key = openPem(pem, options);
  const fault = keyFault(key);
  if (fault !== undefined) refuse(options.cosign_key_file, fault, 'take an EC key of curve P-256, or an Ed25519 key');
  return key;
}

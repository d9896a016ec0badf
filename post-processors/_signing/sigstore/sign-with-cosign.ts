import { writeFile } from 'node:fs/promises';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { findProgram, runProgram } from '../../../plugins/sdk/host.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import { signBy, type SigningMethod } from '../signing.ts';
import { signatureBundle } from './bundle.ts';
import { signFile } from './file-signature.ts';
import { loadPrivateKey, type CosignOptions } from './private-key.ts';

/** Nothing of it asks a server: no transparency log, no configuration of services. */
const OFFLINE = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];

async function signByProgram(
  { cosign_key_file: key, cosign_password: password = '' }: CosignOptions,
  file: string,
  signature: string,
  signal: AbortSignal,
): Promise<void> {
  if (findProgram('cosign') === undefined) {
    throw new StepError(`the key ${key} is one of cosign's own form, and cosign is not on this machine`, {
      code: 'SIGN_KEY',
      pointer: '/cosign_key_file',
      hint: 'install cosign, or take a key in PKCS #8 form (openssl genpkey)',
    });
  }
  const details = { pointer: '/cosign_key_file', hint: 'give cosign_password when the key has one' };
  const args = ['sign-blob', ...OFFLINE, '--key', expandHome(key), '--bundle', signature, file];
  await signBy('cosign', file, details, () =>
    runProgram('cosign', args, { signal, env: { COSIGN_PASSWORD: password } }),
  );
}

/** Sigstore bundles that `cosign verify-blob` accepts: by this process, or by the program cosign for its own keys. */
export function cosignMethod(options: CosignOptions): SigningMethod {
  return {
    suffix: '.sigstore.json',
    sign: async (file, signature, { signal }) => {
      const key = await loadPrivateKey(options, signal);
      if (key === 'program') return signByProgram(options, file, signature, signal);
      try {
        await writeFile(signature, signatureBundle(await signFile(file, key, signal), key), { flag: 'wx' });
      } catch (error) {
        throw fileFailure(`cannot sign ${shownPath(file)}`, 'SIGN_FAILED', error, signal);
      }
    },
  };
}

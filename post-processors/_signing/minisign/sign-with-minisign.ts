import { expandHome } from '../../../plugins/sdk/files.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { signBy, type SigningMethod } from '../signing.ts';

/** Options of minisign's signatures. */
export interface MinisignOptions {
  readonly minisign_key_file: string;
  readonly minisign_password?: string;
  readonly minisign_comment?: string;
}

/** Signatures by the program minisign, which reads the password from its standard input. */
export function minisignMethod(options: MinisignOptions): SigningMethod {
  const { minisign_key_file: key, minisign_password: password, minisign_comment: comment } = options;
  const args = ['-S', '-s', expandHome(key), ...(comment === undefined ? [] : ['-t', comment])];
  return {
    suffix: '.minisig',
    sign: (file, signature, { signal }) =>
      signBy(
        'minisign',
        file,
        { pointer: '/minisign_key_file', hint: 'give minisign_password when the key is encrypted' },
        () => runProgram('minisign', [...args, '-x', signature, '-m', file], { signal, stdin: `${password ?? ''}\n` }),
      ),
  };
}

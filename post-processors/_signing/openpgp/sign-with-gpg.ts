import { runProgram } from '../../../plugins/sdk/host.ts';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { signBy, type SigningMethod } from '../signing.ts';

/** Options of OpenPGP signatures. */
export interface GpgOptions {
  readonly gpg_key?: string;
  readonly gpg_home?: string;
  readonly gpg_format: 'asc' | 'sig' | 'gpg';
  readonly gpg_passphrase?: string;
}

/** Detached OpenPGP signatures by the user's gpg and its agent; the passphrase goes in by standard input. */
export function gpgMethod(options: GpgOptions): SigningMethod {
  const { gpg_key: key, gpg_home: home, gpg_format: format, gpg_passphrase: passphrase } = options;
  const args = [
    '--batch',
    '--no-tty',
    ...(home === undefined ? [] : ['--homedir', expandHome(home)]),
    ...(key === undefined ? [] : ['--local-user', key]),
    ...(passphrase === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']),
    ...(format === 'sig' ? [] : ['--armor']),
    '--detach-sign',
  ];
  return {
    suffix: `.${format}`,
    sign: (file, signature, { signal }) =>
      signBy(
        'gpg',
        file,
        {
          pointer: key === undefined ? '' : '/gpg_key',
          hint: 'gpg_key names a key of the keyring, gpg_passphrase opens it where no agent does',
        },
        () =>
          runProgram('gpg', [...args, '--output', signature, '--', file], {
            signal,
            ...(passphrase === undefined ? {} : { stdin: `${passphrase}\n` }),
          }),
      ),
  };
}

import { minisignMethod } from '../_signing/minisign/sign-with-minisign.ts';
import { gpgMethod } from '../_signing/openpgp/sign-with-gpg.ts';
import type { SigningMethod } from '../_signing/signing.ts';
import { cosignMethod } from '../_signing/sigstore/sign-with-cosign.ts';
import { sshMethod } from '../_signing/ssh/sign-with-ssh.ts';
import type { SignPostProcessorConfig } from './config.gen.ts';

/** The methods that the options ask for, each once. What `prepare` refuses must not come here. */
export function methodsOf(config: SignPostProcessorConfig): readonly (SigningMethod & { readonly name: string })[] {
  const { ssh_key_file = '', cosign_key_file = '' } = config;
  const make = {
    gpg: () => gpgMethod(config),
    ssh: () => sshMethod({ ...config, ssh_key_file }),
    minisign: () => minisignMethod(config),
    cosign: () => cosignMethod({ ...config, cosign_key_file }),
  };
  return [...new Set(config.methods)].map((name) => ({ name, ...make[name]() }));
}

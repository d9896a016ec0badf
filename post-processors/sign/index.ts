import { definePostProcessor, type PostProcessor, type Requirement } from '../../plugins/sdk/index.ts';
import type { SignPostProcessorConfig } from './config.gen.ts';
import { signLock } from './lock.ts';
import { prepare } from './prepare.ts';

const signers: Readonly<Record<string, Requirement>> = {
  gpg: { program: 'gpg', package: 'gpg', purpose: 'sign by OpenPGP' },
  ssh: { program: 'ssh-keygen', package: 'openssh-client', purpose: 'sign by SSH keys' },
  minisign: { program: 'minisign', package: 'minisign', purpose: 'sign by minisign' },
};

function needs({ methods }: SignPostProcessorConfig): readonly Requirement[] {
  return [...new Set(methods)].flatMap((method) => {
    const signer = signers[method];
    return signer === undefined ? [] : [{ ...signer, decidedBy: ['methods'] }];
  });
}

export const postProcessor: PostProcessor<SignPostProcessorConfig> = definePostProcessor({
  independent: () => true,
  prepare,
  programs: Object.values(signers).map((signer) => ({ ...signer, optional: true })),
  needs,
  resources: [signLock],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});

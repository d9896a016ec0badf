import { definePostProcessor, errorAt, type PostProcessor } from '../../plugins/sdk/index.ts';
import { expandHome } from '../../plugins/sdk/files.ts';
import type { ProvenancePostProcessorConfig } from './config.gen.ts';

export const postProcessor: PostProcessor<ProvenancePostProcessorConfig> = definePostProcessor({
  independent: () => true,
  prepare: ({ cosign_key_file: key, cosign_password: password }, context) => {
    if (key === undefined) {
      const hint = 'set cosign_key_file';
      return password === undefined
        ? []
        : [errorAt('SIGN_KEY', '/cosign_password', 'there is no key that the password opens', { hint })];
    }
    return context.statPath(expandHome(key)) === 'file'
      ? []
      : [errorAt('SIGN_KEY', '/cosign_key_file', `there is no file ${key}`)];
  },
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});

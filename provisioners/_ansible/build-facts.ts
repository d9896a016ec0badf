import type { ProvisionRun } from '../../plugins/sdk/index.ts';

/** The variables of playbooks that say which build they run in, as JSON for --extra-vars. */
export function buildFacts(run: Pick<ProvisionRun, 'buildName' | 'builderType' | 'environment'>): string {
  const address = run.environment['PACKER_HTTP_ADDR'];
  return JSON.stringify({
    packer_build_name: run.buildName,
    packer_builder_type: run.builderType,
    ...(address === undefined ? {} : { packer_http_addr: address }),
  });
}

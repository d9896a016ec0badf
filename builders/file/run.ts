import { noneCommunicator } from '../../plugins/sdk/guest.ts';
import type { Artifact, BuildRun } from '../../plugins/sdk/index.ts';
import type { FileBuilderConfig } from './config.gen.ts';
import { checkPaths } from './steps/check-paths.ts';
import { writeTarget } from './steps/write-target.ts';

export async function run(config: FileBuilderConfig, build: BuildRun): Promise<Artifact> {
  const target = await build.step('check paths', () => checkPaths(config));
  await build.step('write file', () => writeTarget(config, target, build));
  await build.provision(noneCommunicator, {});
  return {
    builderId: 'packer.file',
    id: 'File',
    description: `Stored file: ${config.target}`,
    files: [target.path],
    properties: {},
  };
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { aboutOption, CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { AnsibleLocalProvisionerConfig } from '../config.gen.ts';
import { galaxyPaths } from '../galaxy-paths.ts';
import { requirementKinds } from '../../_ansible/requirement-kinds.ts';
import { runInGuest } from './run-in-guest.ts';

/** Installs what the template's galaxy_file asks for. Throws `CommandError` ANSIBLE_GALAXY_FAILED. */
export async function installRequirements(
  config: AnsibleLocalProvisionerConfig,
  staging: string,
  run: ProvisionRun,
): Promise<void> {
  const { galaxy_file: file, galaxy_command: command } = config;
  if (file === undefined || file === '') return;
  const paths = galaxyPaths(config, staging);
  const force = config.galaxy_force_install ? ' -f' : '';
  for (const kind of requirementKinds(await aboutOption('/galaxy_file', () => readFile(file, 'utf8')))) {
    const words = `${kind} install -r ${shellWord(basename(file))} -p ${shellWord(paths[kind])}${force}`;
    run.say(`installing the ${kind}s of ${file}`);
    const { exitStatus, outputTail } = await runInGuest(`cd ${shellWord(staging)} && ${command} ${words}`, run);
    if (exitStatus === 0) continue;
    throw new CommandError(`the ${kind}s of ${file} cannot be installed in the guest`, {
      code: 'ANSIBLE_GALAXY_FAILED',
      pointer: '/galaxy_file',
      outputTail,
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
  }
}

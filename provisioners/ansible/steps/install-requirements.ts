import { readFile } from 'node:fs/promises';
import { CommandError, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { AnsibleProvisionerConfig } from '../config.gen.ts';
import { environmentOf } from '../environment.ts';
import { requirementKinds } from '../../_ansible/requirement-kinds.ts';

async function readRequirements(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new StepError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'ANSIBLE_FILE_MISSING',
      pointer: '/galaxy_file',
      cause,
    });
  }
}

/** Installs the roles and collections that the file asks for. Throws `CommandError` ANSIBLE_GALAXY_FAILED. */
export async function installRequirements(
  config: AnsibleProvisionerConfig,
  file: string,
  run: ProvisionRun,
): Promise<void> {
  const paths = { role: config.roles_path, collection: config.collections_path };
  for (const kind of requirementKinds(await readRequirements(file))) {
    const path = paths[kind] ?? '';
    const force = config.galaxy_force_with_deps ? ['--force-with-deps'] : config.galaxy_force_install ? ['-f'] : [];
    run.say(`installing the ${kind}s of ${file}`);
    try {
      await runProgram(
        config.galaxy_command,
        [kind, 'install', '-r', file, ...(path === '' ? [] : ['-p', path]), ...force],
        { signal: run.signal, env: environmentOf(config), onLine: (stream, line) => run.output(stream, line) },
      );
    } catch (cause) {
      if (!(cause instanceof CommandError) || cause.code !== 'PROGRAM_FAILED') throw cause;
      throw new CommandError(`the ${kind}s of ${file} cannot be installed`, {
        code: 'ANSIBLE_GALAXY_FAILED',
        pointer: '/galaxy_file',
        cause,
        ...(cause.exitStatus === undefined ? {} : { exitStatus: cause.exitStatus }),
        ...(cause.outputTail === undefined ? {} : { outputTail: cause.outputTail }),
      });
    }
  }
}

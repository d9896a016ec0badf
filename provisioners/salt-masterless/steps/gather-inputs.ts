import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { copyTree, StepError } from '../../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { argumentsPath } from '../guest-paths.ts';
import { argumentLines } from '../salt-command.ts';
import type { FetchedFormula } from './fetch-formulas.ts';

async function copy(path: string, to: string): Promise<void> {
  try {
    await copyTree(path, to, { leaveOut: (name) => name === '.git' });
  } catch (cause) {
    throw new StepError(`cannot copy ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'SALT_FILE_UNREADABLE',
      cause,
    });
  }
}

/** Puts everything that goes to the guest in `directory`, to send it in one stream; returns it. */
export async function gatherInputs(
  config: SaltMasterlessProvisionerConfig,
  formulas: readonly FetchedFormula[],
  directory: string,
): Promise<string> {
  await mkdir(directory, { mode: 0o700 });
  await copy(config.local_state_tree, join(directory, 'states'));
  for (const formula of formulas) await copy(formula.directory, join(directory, 'states', formula.name));
  const others = [
    [config.local_pillar_roots, 'pillar'],
    [config.minion_config, 'minion'],
    [config.grains_file, 'grains'],
    [config.skip_bootstrap ? undefined : config.bootstrap_script, 'bootstrap-salt.sh'],
  ] as const;
  for (const [path, name] of others) {
    if (path !== undefined && path !== '') await copy(path, join(directory, name));
  }
  const lines = argumentLines(config);
  if (lines !== undefined) await writeFile(join(directory, basename(argumentsPath(config))), lines, { mode: 0o600 });
  return directory;
}

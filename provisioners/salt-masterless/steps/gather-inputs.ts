import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { copyTree, writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { argumentsPath } from '../guest-paths.ts';
import { argumentLines } from '../salt-command.ts';
import type { FetchedFormula } from './fetch-formulas.ts';

async function copy(option: string, path: string, to: string): Promise<void> {
  try {
    await copyTree(path, to, { leaveOut: (name) => name === '.git' });
  } catch (cause) {
    throw new StepError(`cannot copy ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'SALT_FILE_UNREADABLE',
      pointer: `/${option}`,
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
  await copy('local_state_tree', config.local_state_tree, join(directory, 'states'));
  for (const formula of formulas) await copy('formulas', formula.directory, join(directory, 'states', formula.name));
  const others = [
    ['local_pillar_roots', 'pillar'],
    ['minion_config', 'minion'],
    ['grains_file', 'grains'],
    ['bootstrap_script', 'bootstrap-salt.sh'],
  ] as const;
  for (const [option, name] of others) {
    const path = option === 'bootstrap_script' && config.skip_bootstrap ? '' : config[option];
    if (path !== undefined && path !== '') await copy(option, path, join(directory, name));
  }
  const lines = argumentLines(config);
  if (lines !== undefined) await writeTemporaryFile(join(directory, basename(argumentsPath(config))), lines);
  return directory;
}

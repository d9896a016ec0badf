import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import type { AnsibleLocalProvisionerConfig } from '../config.gen.ts';
import { hiddenArguments } from '../hidden-arguments.ts';
import { playbookPlace, playbooksOf } from '../inputs.ts';
import { playCommand } from '../play-command.ts';
import type { Gathered } from './gather-inputs.ts';

/** In the staging directory: what no one but its user may read, and what is removed when the plays are over. */
export const PRIVATE = '.kiln';

/** One playbook, and the script that runs it, both relative to the staging directory. */
export interface Play {
  readonly playbook: string;
  /** The option that names it. */
  readonly pointer: string;
  readonly script: string;
}

/**
 * Writes a script for each playbook, beside what goes to the guest: neither the command nor the values of `-e` are ever in
 * the guest's list of processes.
 */
export async function writePlays(
  config: AnsibleLocalProvisionerConfig,
  { directory, inventory }: Gathered,
  staging: string,
  run: ProvisionRun,
): Promise<readonly Play[]> {
  await mkdir(join(directory, PRIVATE), { mode: 0o700 });
  let written = 0;
  const write = async (name: string, text: string): Promise<string> => {
    await writeTemporaryFile(join(directory, PRIVATE, name), text);
    return `${PRIVATE}/${name}`;
  };
  const given = await hiddenArguments(config.extra_arguments ?? [], {
    writeFile: (text) => write(`variables-${(written += 1)}.json`, text),
    warn: (message) => run.warn(message),
  });
  const plays: Play[] = [];
  for (const { path, pointer } of playbooksOf(config)) {
    const playbook = playbookPlace(config, path);
    const command = playCommand(config, { staging, inventory, playbook, arguments: given }, run);
    plays.push({ playbook, pointer, script: await write(`play-${plays.length + 1}.sh`, `${command}\n`) });
  }
  return plays;
}

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyTree, writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { AnsibleLocalProvisionerConfig } from '../config.gen.ts';
import { inputsOf, inventoryPlace, type Input } from '../inputs.ts';

export interface Gathered {
  /** On this machine: what the staging directory is to be. */
  readonly directory: string;
  /** The inventory's name in it. */
  readonly inventory: string;
}

const OWN_INVENTORY = 'kiln-inventory';
const GUEST = '127.0.0.1\n';

async function copy({ path, place, pointer }: Input, directory: string): Promise<void> {
  const to = join(directory, place);
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyTree(path, to);
  } catch (cause) {
    throw new StepError(`cannot copy ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'ANSIBLE_FILE_UNREADABLE',
      pointer,
      cause,
    });
  }
}

/** Puts everything in one directory as it is to be in the guest, to send it in one stream. */
export async function gatherInputs(config: AnsibleLocalProvisionerConfig, run: ProvisionRun): Promise<Gathered> {
  const directory = join(await run.temporaryDirectory(), 'staging');
  await mkdir(directory);
  for (const input of inputsOf(config)) await copy(input, directory);
  const given = inventoryPlace(config);
  if (given !== undefined) return { directory, inventory: given };
  const groups = (config.inventory_groups ?? []).map((group) => `[${group}]\n${GUEST}`);
  await writeTemporaryFile(join(directory, OWN_INVENTORY), groups.length === 0 ? GUEST : groups.join(''));
  return { directory, inventory: OWN_INVENTORY };
}

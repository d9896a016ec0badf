import { shellWord } from '../../plugins/sdk/guest.ts';
import { throwIfCancelled, type GuestAddress, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { BreakpointProvisionerConfig } from './config.gen.ts';

function loginCommand({ host, port, user, privateKeyFile }: GuestAddress): string {
  const key = privateKeyFile === undefined ? '' : `-i ${shellWord(privateKeyFile)} -o IdentitiesOnly=yes `;
  return `ssh ${key}-p ${port} ${shellWord(`${user}@${host}`)}`;
}

export async function provision(config: BreakpointProvisionerConfig, run: ProvisionRun): Promise<void> {
  const note = config.note === undefined ? '' : `: ${config.note}`;
  if (config.disable) {
    run.say(`breakpoint${note} is disabled`);
    return;
  }
  if (run.ask === undefined) {
    run.warn(`breakpoint${note} does not hold the build: there is no terminal to press Enter at`);
    return;
  }
  throwIfCancelled(run.signal);
  const { address } = run.communicator;
  if (address !== undefined) run.say(`to get into the machine: ${loginCommand(address)}`);
  try {
    await run.ask(`${run.buildName}: breakpoint${note}. Press enter to continue. `, run.signal);
  } catch (error) {
    throwIfCancelled(run.signal);
    throw error;
  }
}

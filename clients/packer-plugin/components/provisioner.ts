import { refuse } from '../services/artifact.ts';
import type { PluginCommunicator } from '../services/communicator.ts';
import { communicatorMethods } from '../services/serve-communicator.ts';
import { uiMethods, type PluginUi } from '../services/ui.ts';
import type { ComponentConnection } from './connection.ts';

/** Configurations as Packer hands them over: what the template says, then what Packer says; later ones count more. */
export type Configurations = readonly Readonly<Record<string, unknown>>[];

/** @throws PluginError "refused" with what is wrong with the configuration. */
export async function prepareProvisioner({ main }: ComponentConnection, configs: Configurations): Promise<void> {
  refuse(await main.call('Provisioner.Prepare', { Configs: configs }));
}

export interface ProvisionParts {
  readonly ui: PluginUi;
  readonly communicator: PluginCommunicator;
  /** What the function `build` tells. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** @throws PluginError "refused" with the plugin's error. */
export async function runProvisioner(
  connection: ComponentConnection,
  { ui, communicator, data, signal }: ProvisionParts,
): Promise<void> {
  const methods = [uiMethods(ui), communicatorMethods(communicator, connection.broker)];
  await connection.work('Provisioner', methods, signal, async (stream) => {
    refuse(await connection.main.call('Provisioner.Provision', { GeneratedData: data, StreamID: stream }));
  });
}

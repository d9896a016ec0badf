import { fieldsOf } from '../rpc/messages.ts';
import type { RpcMethod, RpcMethods } from '../rpc/server.ts';
import { refuse, remoteArtifact, type RemoteArtifact } from '../services/artifact.ts';
import type { PluginCommunicator } from '../services/communicator.ts';
import { remoteCommunicator } from '../services/remote-communicator.ts';
import { uiMethods, type PluginUi } from '../services/ui.ts';
import type { ComponentConnection } from './connection.ts';
import type { Configurations } from './provisioner.ts';

export interface PreparedBuilder {
  /** Names that the function `build` has beside those of all builders. */
  readonly generatedVars: readonly string[];
  readonly warnings: readonly string[];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** @throws PluginError "refused" with what is wrong with the configuration. */
export async function prepareBuilder({ main }: ComponentConnection, configs: Configurations): Promise<PreparedBuilder> {
  const answer = fieldsOf(await main.call('Builder.Prepare', { Configs: configs })) ?? {};
  refuse(answer['Error']);
  return { generatedVars: texts(answer['GeneratedVars']), warnings: texts(answer['Warnings']) };
}

/** What a builder has running when it lets itself be provisioned. */
export interface RunningGuest {
  /** What the function `build` tells. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly communicator: PluginCommunicator;
}

export interface BuilderParts {
  readonly ui: PluginUi;
  readonly signal: AbortSignal;
  /** Provisions the guest; the builder goes on when it resolves, and gives up with the message of what it throws. */
  readonly provision: (guest: RunningGuest) => Promise<void>;
}

/** The hook's name under which Packer provisions; builders call others, of which nobody wants anything. */
const PROVISION_HOOK = 'packer_provision';

function hookMethods(connection: ComponentConnection, provision: BuilderParts['provision']): RpcMethods {
  const runHook: RpcMethod = async (args) => {
    const { Name, Data, StreamId } = fieldsOf(args) ?? {};
    if (Name !== PROVISION_HOOK) return;
    const client = await connection.client(Number(StreamId ?? 0));
    try {
      const communicator = remoteCommunicator(client, connection.broker);
      await provision({ data: fieldsOf(Data) ?? {}, communicator });
    } finally {
      client.close();
    }
  };
  const methods: ReadonlyMap<string, RpcMethod> = new Map<string, RpcMethod>([
    ['Hook.Run', runHook],
    // Who cancels is this side, and it has told the provisioners already.
    ['Hook.Cancel', () => undefined],
  ]);
  return (name) => methods.get(name);
}

/**
 * Runs a builder that was prepared.
 *
 * @returns what it made; undefined when it answers nothing, as a cancelled one does.
 * @throws PluginError "refused" with the plugin's error.
 */
export async function runBuilder(
  connection: ComponentConnection,
  { ui, signal, provision }: BuilderParts,
): Promise<RemoteArtifact | undefined> {
  return await connection.work(
    'Builder',
    [uiMethods(ui), hookMethods(connection, provision)],
    signal,
    async (stream) => {
      const id = await connection.main.call('Builder.Run', stream);
      return typeof id === 'number' && id > 0 ? await remoteArtifact(await connection.client(id)) : undefined;
    },
  );
}

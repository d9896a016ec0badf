import { fieldsOf } from '../rpc/messages.ts';
import {
  artifactMethods,
  refuse,
  remoteArtifact,
  type PluginArtifact,
  type RemoteArtifact,
} from '../services/artifact.ts';
import { uiMethods, type PluginUi } from '../services/ui.ts';
import type { ComponentConnection } from './connection.ts';
import type { Configurations } from './provisioner.ts';

/** @throws PluginError "refused" with what is wrong with the configuration. */
export async function configurePostProcessor({ main }: ComponentConnection, configs: Configurations): Promise<void> {
  refuse(await main.call('PostProcessor.Configure', { Configs: configs }));
}

export interface PostProcessed {
  /** Not there when nothing comes of it. */
  readonly artifact: RemoteArtifact | undefined;
  /** Whether its input is to be kept, when the template does not say. */
  readonly keep: boolean;
  /** Whether `keep` counts whatever the template says. */
  readonly force: boolean;
}

/** @throws PluginError "refused" with the plugin's error. */
export async function runPostProcessor(
  connection: ComponentConnection,
  input: PluginArtifact,
  ui: PluginUi,
  signal: AbortSignal,
): Promise<PostProcessed> {
  return await connection.work('PostProcessor', [uiMethods(ui), artifactMethods(input)], signal, async (stream) => {
    const answer = fieldsOf(await connection.main.call('PostProcessor.PostProcess', stream)) ?? {};
    refuse(answer['Err']);
    const id = Number(answer['StreamId'] ?? 0);
    const artifact = id === 0 ? undefined : await remoteArtifact(await connection.client(id));
    return { artifact, keep: answer['Keep'] === true, force: answer['ForceOverride'] === true };
  });
}

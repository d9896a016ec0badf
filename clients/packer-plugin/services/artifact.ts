import { PluginError } from '../plugin-error.ts';
import { fieldsOf } from '../rpc/messages.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { RpcMethods } from '../rpc/server.ts';

/** What a builder or a post-processor has made, in Packer's terms. */
export interface PluginArtifact {
  /** Names the kind of builder that made it: "mitchellh.virtualbox". */
  readonly builderId: string;
  readonly files: readonly string[];
  /** Of artifacts that are not files: "us-east-1:ami-0123". */
  readonly id: string;
  /** What it is, for people. */
  readonly description: string;
  /** What a post-processor may ask by name; undefined for what it does not have. */
  state(name: string): unknown;
}

/** The calls `Artifact.…` of a post-processor. Giving it up is whose it is to decide, and that is the engine. */
export function artifactMethods(artifact: PluginArtifact): RpcMethods {
  const methods: ReadonlyMap<string, (args: unknown) => unknown> = new Map<string, (args: unknown) => unknown>([
    ['Artifact.BuilderId', () => artifact.builderId],
    ['Artifact.Files', () => artifact.files],
    ['Artifact.Id', () => artifact.id],
    ['Artifact.String', () => artifact.description],
    ['Artifact.State', (name) => artifact.state(typeof name === 'string' ? name : '')],
    ['Artifact.Destroy', () => undefined],
  ]);
  return (name) => methods.get(name);
}

/** An artifact that a plugin holds. */
export interface RemoteArtifact extends Omit<PluginArtifact, 'state'> {
  /** @throws PluginError "refused" when the plugin cannot tell. */
  state(name: string): Promise<unknown>;
  /** Gives it up. @throws PluginError "refused" with the plugin's error. */
  destroy(): Promise<void>;
}

export async function remoteArtifact(client: RpcClient): Promise<RemoteArtifact> {
  const ask = (method: string): Promise<unknown> => client.call(`Artifact.${method}`, null);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const [builderId, files, id, description] = await Promise.all(['BuilderId', 'Files', 'Id', 'String'].map(ask));
  return {
    builderId: text(builderId),
    files: Array.isArray(files) ? files.map(text) : [],
    id: text(id),
    description: text(description),
    state: (name) => client.call('Artifact.State', name),
    destroy: async () => {
      refuse(await ask('Destroy'));
    },
  };
}

/** Throws the error that an answer has in it (`{Message}`), for the calls that answer so. */
export function refuse(answer: unknown): void {
  const message = fieldsOf(answer)?.['Message'];
  if (typeof message === 'string') throw new PluginError('refused', message);
}

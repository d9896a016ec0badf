import { sharedConnection, type Access } from '../../../plugins/sdk/cloud.ts';
import { throwIfCancelled, type BuildRun, type JsonValue } from '../../../plugins/sdk/index.ts';
import { connect, loginSecrets, type Call, type Cloud as Client } from '../../../clients/openstack/index.ts';
import { recallAccess, rememberAccess, type ConnectionOptions } from './access.ts';
import { callFailure } from './failure.ts';
import { cloudSettings, type Ask } from './settings.ts';

/** One region of a cloud. */
export interface Cloud {
  /** Empty when nothing says which, and the cloud has one. */
  readonly region: string;
  /** For the locators of what is made here. */
  readonly access: Access;
  /** Makes calls. Throws `StepError` OPENSTACK_…, and `CancelledError` when the signal aborts. */
  ask<T>(question: (client: Client, call: Call) => Promise<T>): Promise<T>;
  /** The same for what is on its way out: that it is not there is the answer, where `ask` may look again for a while. */
  look<T>(question: (client: Client, call: Call) => Promise<T>): Promise<T>;
}

interface Connection {
  readonly client: Client;
  readonly region: string;
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
}

/** Who opens a cloud. Somebody may be asked for a passcode; secrets of configuration files are kept out of what is said. */
export type Opener = Pick<BuildRun, 'signal'> & Partial<Pick<BuildRun, 'ask' | 'warn' | 'addSecret'>>;

const openConnection = sharedConnection(
  async ({ options }: { readonly options: ConnectionOptions; readonly variables: unknown }, ask: Ask | undefined) => {
    const { settings, warnings } = await cloudSettings(options, ask);
    const secrets = loginSecrets(settings.login);
    return { client: connect(settings), region: settings.region ?? '', secrets, warnings };
  },
);

/** Builds that get into a cloud the same way share one connection, and so its token. */
async function connectionFor(options: ConnectionOptions, ask: Ask | undefined): Promise<Connection> {
  // What the options leave open is said by OpenStack's variables.
  const variables = Object.entries(process.env).filter(([name, value]) => name.startsWith('OS_') && value !== '');
  try {
    return await openConnection({ options, variables: variables.sort() }, ask);
  } catch (error) {
    throw callFailure(error);
  }
}

/**
 * Throws `StepError` OPENSTACK_ACCESS when the settings are not complete. Nothing is asked of the cloud before the first
 * call.
 */
export async function openCloud(options: ConnectionOptions, opener: Opener): Promise<Cloud> {
  const { signal } = opener;
  const { client, region, secrets, warnings } = await connectionFor(options, opener.ask);
  for (const secret of secrets) opener.addSecret?.(secret);
  for (const warning of warnings) opener.warn?.(warning);
  const ask: Cloud['ask'] = async (question) => {
    throwIfCancelled(signal);
    try {
      return await question(client, { signal });
    } catch (error) {
      throwIfCancelled(signal);
      throw callFailure(error);
    }
  };
  return { region, access: rememberAccess(options, region), ask, look: ask };
}

/** The way in that `Cloud.access` names, for giving things back. */
export async function reopenCloud(access: JsonValue | undefined, region: string, signal: AbortSignal): Promise<Cloud> {
  const options = recallAccess(access);
  const cloud = await openCloud(options, { signal });
  // In another process the region may come from elsewhere, and be another one.
  return region === '' || cloud.region === region ? cloud : openCloud({ ...options, region }, { signal });
}

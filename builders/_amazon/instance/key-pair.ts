import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';

export interface KeyPair {
  /** The name of the key pair in EC2; undefined: the instance gets none. */
  readonly name: string | undefined;
  /** Those of a temporary key pair. */
  readonly privateKey: string | undefined;
  readonly privateKeyFile: string | undefined;
}

/** Whether the administrator's password has to be asked for. */
export function needsPassword(config: CommunicatorOptions): boolean {
  return config.communicator === 'winrm' && (config.winrm_password ?? '') === '';
}

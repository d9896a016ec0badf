import { publicKeyOf } from '../../plugins/sdk/keys.ts';
import type { BuildData, RenderData } from '../../plugins/sdk/index.ts';
import type { BakeInstance } from './key-pair.ts';

/** What provisioners may ask of the instance and its source; the connection's own data are the communicator's. */
export function instanceData({ id, key }: BakeInstance, facts: RenderData, password: string | undefined): BuildData {
  const texts = Object.entries(facts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...Object.fromEntries(texts),
    ID: id,
    ...(password === undefined ? {} : { WinRMPassword: password }),
    ...(key.privateKey === undefined
      ? {}
      : { SSHPrivateKey: key.privateKey, SSHPublicKey: publicKeyOf(key.privateKey, key.name ?? '') }),
  };
}

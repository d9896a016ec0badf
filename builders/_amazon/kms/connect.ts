import { perRegion, send, type Calling } from '../clients.ts';
import type { ClientSettings } from '../connect.ts';
import { commands, KMSClient, type KmsCalls } from './driver.ts';

/** KMS. Calls throw the SDK's own errors. */
export function connectKms(settings: ClientSettings): Calling<KmsCalls> {
  const client = perRegion((region) => new KMSClient({ ...settings, region }));
  return (name, input, at) => send(client(at.region), commands[name], input, at);
}

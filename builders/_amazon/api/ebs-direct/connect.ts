import { perRegion, send, type Calling, type ClientSettings } from '../clients.ts';
import { commands, EBSClient, type EbsCalls } from './driver.ts';

/** EBS direct. Calls throw the SDK's own errors. */
export function connectEbs(settings: ClientSettings): Calling<EbsCalls> {
  const client = perRegion((region) => new EBSClient({ ...settings, region, retryMode: 'adaptive' }));
  return (name, input, at) => send(client(at.region), commands[name], input, at);
}

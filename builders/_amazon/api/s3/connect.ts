import { perRegion, send, type Calling, type ClientSettings } from '../clients.ts';
import { commands, S3Client, type S3Calls } from './driver.ts';

/** S3, wherever the bucket is. Calls throw the SDK's own errors. */
export function connectS3(settings: ClientSettings): Calling<S3Calls> {
  const client = perRegion((region) => new S3Client({ ...settings, region, followRegionRedirects: true }));
  return (name, input, at) => send(client(at.region), commands[name], input, at);
}

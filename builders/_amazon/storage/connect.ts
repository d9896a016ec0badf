import { perRegion, send, type Calling } from '../clients.ts';
import type { ClientSettings } from '../connect.ts';
import { commands, EBSClient, S3Client, type EbsCalls, type S3Calls } from './driver.ts';

/** What reads and writes bytes in AWS. Calls throw the SDK's own errors. */
export interface StorageConnection {
  readonly ebs: Calling<EbsCalls>;
  readonly s3: Calling<S3Calls>;
}

/** A bundle of its own: builds that move no bytes never load it. */
export function connectStorage(settings: ClientSettings): StorageConnection {
  const ebs = perRegion((region) => new EBSClient({ ...settings, region, retryMode: 'adaptive' }));
  const s3 = perRegion((region) => new S3Client({ ...settings, region, followRegionRedirects: true }));
  return {
    ebs: (name, input, at) => send(ebs(at.region), commands.ebs[name], input, at),
    s3: (name, input, at) => send(s3(at.region), commands.s3[name], input, at),
  };
}

import type { Calling } from '../clients.ts';
import type { Connection } from '../connect.ts';
import { oncePerConnection } from '../once-per-connection.ts';
import type { S3Calls } from './driver.ts';

/** Parts of an object that are on their way at once, at most. */
const MAX_SOCKETS = 16;

/** S3 over the same credentials as all else; the SDK's part for it is loaded when it is first asked for. */
export const s3Of: (connection: Connection) => Promise<Calling<S3Calls>> = oncePerConnection(async (connection) => {
  const { connectS3 } = await import('./connect.ts');
  return connectS3(connection.settings(MAX_SOCKETS));
});

import type { Calling } from '../clients.ts';
import type { Connection } from '../connect.ts';
import type { S3Calls } from './driver.ts';

/** Parts of an object that are on their way at once, at most. */
const MAX_SOCKETS = 16;

const opened = new WeakMap<Connection, Promise<Calling<S3Calls>>>();

/** S3 over the same credentials as all else; the SDK's part for it is loaded when it is first asked for. */
export function s3Of(connection: Connection): Promise<Calling<S3Calls>> {
  const opening =
    opened.get(connection) ??
    import('./connect.ts').then(({ connectS3 }) => connectS3(connection.settings(MAX_SOCKETS)));
  opened.set(connection, opening);
  return opening;
}

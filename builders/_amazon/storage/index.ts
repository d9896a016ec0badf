import type { Connection } from '../connect.ts';
import type { StorageConnection } from './connect.ts';

/** Blocks of a snapshot that are on their way at once; the calls beside them need room too. */
const MAX_SOCKETS = 72;

const opened = new WeakMap<Connection, Promise<StorageConnection>>();

/** EBS direct and S3 over the same credentials; the SDK's part for them is loaded when it is first asked for. */
export function storageOf(connection: Connection): Promise<StorageConnection> {
  const opening =
    opened.get(connection) ??
    import('./connect.ts').then(({ connectStorage }) => connectStorage(connection.settings(MAX_SOCKETS)));
  opened.set(connection, opening);
  return opening;
}

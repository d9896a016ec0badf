import type { Calling } from '../clients.ts';
import type { Connection } from '../connect.ts';
import { oncePerConnection } from '../once-per-connection.ts';
import type { KmsCalls } from './driver.ts';

/** Calls that are under way at once, at most; a build makes one. */
const MAX_SOCKETS = 8;

/** KMS over the same credentials as all else; the SDK's part for it is loaded when it is first asked for. */
export const kmsOf: (connection: Connection) => Promise<Calling<KmsCalls>> = oncePerConnection(async (connection) => {
  const { connectKms } = await import('./connect.ts');
  return connectKms(connection.settings(MAX_SOCKETS));
});

import type { OpenStore } from '../opening.ts';
import { s3Store } from './s3-store.ts';

/** Parts on their way at once, and the calls beside them. */
const MAX_SOCKETS = 16;

/** A bucket of S3, or of a service that speaks as S3 does. */
export const openS3Store: OpenStore = async ({ host: bucket }, options, { silence, signal }) => {
  const { connectS3 } = await import('./driver.ts');
  const { region, endpoint, storage_class: storageClass } = options;
  const connection = connectS3({ region, endpoint, silence, maxSockets: MAX_SOCKETS });
  return s3Store({ bucket, storageClass, call: connection.call, signal, close: () => connection.close() });
};

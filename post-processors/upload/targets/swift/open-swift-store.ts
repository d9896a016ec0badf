import { connect, isNotFound, isTransient, OpenStackError, readCloud } from '../../../../clients/openstack/index.ts';
import { interrupted, refused, unlessOurs } from '../../../_transfer/failure.ts';
import type { OpenStore } from '../opening.ts';
import { swiftStore } from './swift-store.ts';

const SETTINGS_HINT = 'set "cloud" or OS_CLOUD to an entry of clouds.yaml, or OS_AUTH_URL and the other OS_… variables';

/** A container of Swift, in the cloud that clouds.yaml or the OS_ variables describe. */
export const openSwiftStore: OpenStore = async ({ host: container }, options, { silence, signal, warn }) => {
  const place = `swift://${container}`;
  const failure = (error: unknown): unknown =>
    unlessOurs(error, signal, (cause) => {
      if (!(cause instanceof OpenStackError)) return cause;
      const message = `${place}: ${cause.message}`;
      const hint = cause.reason === 'settings' ? SETTINGS_HINT : undefined;
      return isTransient(cause) ? interrupted(message, cause, cause.retryAfter) : refused(message, hint, cause);
    });
  try {
    const { cloud, region, endpoint } = options;
    const own = endpoint === undefined ? {} : { object_store_endpoint_override: endpoint };
    const { settings, warnings } = await readCloud({ cloud, region, options: own });
    warnings.forEach(warn);
    // What fails for a passing reason is done again by whoever sends the file.
    const retries = { retries: 0 };
    const timeLimits = { request: Math.max(60_000, silence), idle: silence };
    const connection = connect({ ...settings, userAgent: 'Kiln', retries, timeLimits });
    return swiftStore({
      container,
      store: connection.objectStore,
      storagePolicy: options.storage_class,
      signal,
      told: async (work) => {
        try {
          return await work;
        } catch (error) {
          throw failure(error);
        }
      },
      ifThere: async (work) => {
        try {
          return await work;
        } catch (error) {
          if (isNotFound(error)) return undefined;
          throw failure(error);
        }
      },
      close: () => connection.close(),
    });
  } catch (error) {
    throw failure(error);
  }
};

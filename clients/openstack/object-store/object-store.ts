import type { Call } from '../call.ts';
import { isObject } from '../guards.ts';
import type { Service } from '../service/service.ts';
import { containers, type Containers } from './containers.ts';
import { objects, type Objects } from './objects.ts';
import type { ObjectLimits } from './types.ts';

/** Swift, or what speaks as Swift does. */
export interface ObjectStore {
  readonly containers: Containers;
  readonly objects: Objects;
  /** What the cloud's Swift says of itself. Throws `OpenStackError`, also where that is not told. */
  limits(call?: Call): Promise<ObjectLimits>;
}

/** Bytes, where nothing is said: five GiB. */
const USUAL_LARGEST = 5 * 1024 ** 3;

function numberAt(body: unknown, section: string, key: string): number | undefined {
  const found = isObject(body) && isObject(body[section]) ? body[section][key] : undefined;
  return typeof found === 'number' ? found : undefined;
}

export function objectStore(service: Service): ObjectStore {
  return {
    containers: containers(service),
    objects: objects(service),
    limits: async (call) => {
      // It stands beside the version, above the account.
      const { body } = await service.send({ method: 'GET', path: '../../info' }, call);
      return {
        largestObject: numberAt(body, 'swift', 'max_file_size') ?? USUAL_LARGEST,
        mostSegments: numberAt(body, 'slo', 'max_manifest_segments'),
      };
    },
  };
}

import type { ServiceName } from '../settings.ts';

/** What is known of a service before anybody is asked. */
export interface ServiceDefinition {
  /** As messages and version headers name it. */
  readonly label: string;
  /** Types in catalogues, the best first: the official one and those of older clouds. */
  readonly types: readonly string[];
  /** What an address without a version gets; "{project}" stands for the project's id. */
  readonly path: string;
  /** Versions in addresses that are used as they are. */
  readonly versions: RegExp;
}

export const SERVICES: Readonly<Record<ServiceName, ServiceDefinition>> = {
  identity: { label: 'identity', types: ['identity'], path: 'v3', versions: /^v3$/ },
  compute: { label: 'compute', types: ['compute'], path: 'v2.1', versions: /^v2(\.1)?$/ },
  image: { label: 'image', types: ['image'], path: 'v2', versions: /^v2$/ },
  network: { label: 'network', types: ['network'], path: 'v2.0', versions: /^v2(\.0)?$/ },
  blockStorage: {
    label: 'volume',
    types: ['block-storage', 'volumev3', 'block-store', 'volume', 'volumev2'],
    path: 'v3/{project}',
    versions: /^v[23]$/,
  },
  objectStore: { label: 'object-store', types: ['object-store'], path: 'v1/AUTH_{project}', versions: /^v1(\.0)?$/ },
};

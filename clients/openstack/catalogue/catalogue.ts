import { objectsAt, textAt, type JsonObject } from '../guards.ts';

/** One address of a service. */
export interface CatalogueEndpoint {
  readonly url: string;
  readonly interface: string;
  readonly region: string | undefined;
}

/** A service as Keystone's catalogue has it. */
export interface CatalogueService {
  readonly type: string;
  readonly name: string | undefined;
  readonly endpoints: readonly CatalogueEndpoint[];
}

function endpointOf(endpoint: JsonObject): readonly CatalogueEndpoint[] {
  const url = textAt(endpoint, 'url');
  const face = textAt(endpoint, 'interface');
  if (url === undefined || face === undefined) return [];
  const region = textAt(endpoint, 'region') ?? textAt(endpoint, 'region_id');
  return [{ url, interface: face.replace(/URL$/, ''), region }];
}

/** The catalogue in Keystone's token; what has no type or no address is left out. */
export function parseCatalogue(token: JsonObject): readonly CatalogueService[] {
  return objectsAt(token, 'catalog').flatMap((service) => {
    const type = textAt(service, 'type');
    const endpoints = objectsAt(service, 'endpoints').flatMap(endpointOf);
    return type === undefined ? [] : [{ type, name: textAt(service, 'name'), endpoints }];
  });
}

import { OpenStackError } from '../errors/openstack-error.ts';
import type { Interface } from '../settings.ts';
import type { CatalogueEndpoint, CatalogueService } from './catalogue.ts';

/** Which endpoint is wanted. */
export interface EndpointChoice {
  /** The best first. */
  readonly types: readonly string[];
  readonly name?: string | undefined;
  readonly region?: string | undefined;
  /** The best first. */
  readonly interfaces: readonly Interface[];
}

function unsupported(message: string): OpenStackError {
  return new OpenStackError(message, { reason: 'unsupported' });
}

function listed(values: readonly (string | undefined)[]): string {
  const known = [...new Set(values.filter((value) => value !== undefined))].sort();
  return known.length === 0 ? 'none' : known.join(', ');
}

function endpointsOf(catalogue: readonly CatalogueService[], choice: EndpointChoice): readonly CatalogueEndpoint[] {
  for (const type of choice.types) {
    const services = catalogue.filter((service) => service.type === type);
    const chosen = services.filter(({ name }) => choice.name === undefined || name === choice.name);
    const endpoints = chosen.flatMap((service) => service.endpoints);
    if (endpoints.length > 0) return endpoints;
  }
  if (catalogue.length === 0) throw unsupported('the token has no catalogue: it is for no project that has services');
  const [type = ''] = choice.types;
  const wanted = choice.name === undefined ? `"${type}"` : `"${type}" with the name "${choice.name}"`;
  throw unsupported(
    `the cloud's catalogue has no service of the type ${wanted}; it has ${listed(catalogue.map((service) => service.type))}`,
  );
}

/**
 * The address in the catalogue. Throws `OpenStackError` with reason "unsupported" when there is none, or when there are
 * several regions and none is asked for; its message lists what there is.
 */
export function chooseEndpoint(catalogue: readonly CatalogueService[], choice: EndpointChoice): string {
  const { region, interfaces, types } = choice;
  const all = endpointsOf(catalogue, choice);
  const here = all.filter((endpoint) => region === undefined || endpoint.region === region);
  const [type = ''] = types;
  if (here.length === 0) {
    const regions = listed(all.map((endpoint) => endpoint.region));
    throw unsupported(`the service "${type}" is not in the region "${region ?? ''}"; its regions: ${regions}`);
  }
  for (const face of interfaces) {
    const found = here.filter((endpoint) => endpoint.interface === face);
    const [first] = found;
    if (first === undefined) continue;
    if (new Set(found.map((endpoint) => endpoint.region)).size === 1) return first.url;
    throw unsupported(
      `the service "${type}" is in several regions, and none is chosen: ${listed(found.map((each) => each.region))}`,
    );
  }
  const faces = listed(here.map((endpoint) => endpoint.interface));
  throw unsupported(`the service "${type}" has no ${interfaces.join(' or ')} interface; it has ${faces}`);
}

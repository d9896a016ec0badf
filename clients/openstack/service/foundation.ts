import { baseUrlOf, type BaseUrl } from '../catalogue/base-url.ts';
import { chooseEndpoint } from '../catalogue/choose-endpoint.ts';
import type { ServiceDefinition } from '../catalogue/services.ts';
import type { Session } from '../identity/session.ts';
import type { Token } from '../identity/token.ts';
import type { CloudSettings, Interface, ServiceSettings } from '../settings.ts';
import type { Transport } from '../transport/transport.ts';

/** What a service stands on. */
export interface Foundation {
  readonly definition: ServiceDefinition;
  readonly cloud: CloudSettings;
  /** This service's own. */
  readonly own: ServiceSettings;
  readonly session: Session;
  readonly transport: Transport;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
}

function interfacesOf(wanted: Interface | readonly Interface[] | undefined): readonly Interface[] {
  if (wanted === undefined) return ['public'];
  return typeof wanted === 'string' ? [wanted] : wanted;
}

/** The service's address: the settings', else the catalogue's. Throws `OpenStackError`. */
export function locate({ definition, cloud, own }: Foundation, token: Token): BaseUrl {
  const given = own.endpoint ?? (cloud.login.type === 'endpoint' ? cloud.login.endpoint : undefined);
  const endpoint =
    given ??
    chooseEndpoint(token.catalogue, {
      types: own.type === undefined ? definition.types : [own.type],
      name: own.name,
      region: own.region ?? cloud.region,
      interfaces: interfacesOf(own.interface ?? cloud.interface),
    });
  return baseUrlOf(endpoint, definition, token.project?.id);
}

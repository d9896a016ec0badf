import { blockStorage, type BlockStorage } from './block-storage/block-storage.ts';
import type { Call } from './call.ts';
import { SERVICES } from './catalogue/services.ts';
import { compute, type Compute } from './compute/compute.ts';
import { authenticate } from './identity/authenticate.ts';
import { openSession } from './identity/session.ts';
import type { Token } from './identity/token.ts';
import { image, type ImageService } from './image/image.ts';
import { network, type NetworkService } from './network/network.ts';
import { objectStore, type ObjectStore } from './object-store/object-store.ts';
import { locate, type Foundation } from './service/foundation.ts';
import { openService, type Service } from './service/service.ts';
import type { CloudSettings, ServiceName } from './settings.ts';
import { openTransport } from './transport/transport.ts';

/** A cloud's services. */
export interface Cloud {
  readonly compute: Compute;
  readonly image: ImageService;
  readonly network: NetworkService;
  readonly blockStorage: BlockStorage;
  readonly objectStore: ObjectStore;
  /** The token in use, with who one is and the catalogue. Asks for one when there is none. */
  token(call?: Call): Promise<Token>;
  /** A service's address. Throws `OpenStackError` with reason "unsupported" when the cloud has no such service. */
  endpoint(service: ServiceName, call?: Call): Promise<URL>;
  /** Closes the connections that are kept; the next call opens new ones. */
  close(): void;
}

/**
 * Makes a cloud's services. Nothing is asked, and no file is read, before the first call; then there is one token for all
 * of them, which is renewed when it gets old or is refused.
 */
export function connect(settings: CloudSettings): Cloud {
  const { tls = {}, timeLimits = {}, userAgent } = settings;
  const transport = openTransport(tls);
  const headers = { 'user-agent': userAgent === undefined ? 'openstack-client' : `${userAgent} openstack-client` };
  const { request: limit = 60_000 } = timeLimits;
  const session = openSession((signal) => authenticate({ transport, settings, headers, limit, signal }));

  function foundation(name: ServiceName): Foundation {
    const definition = SERVICES[name];
    return { definition, cloud: settings, own: settings.services?.[name] ?? {}, session, transport, headers };
  }

  function service(name: ServiceName): Service {
    return openService(foundation(name));
  }

  return {
    compute: compute(service('compute')),
    image: image(service('image')),
    network: network(service('network')),
    blockStorage: blockStorage(service('blockStorage')),
    objectStore: objectStore(service('objectStore')),
    token: (call) => session.token(call?.signal),
    endpoint: async (name, call) => locate(foundation(name), await session.token(call?.signal)).url,
    close: () => transport.close(),
  };
}

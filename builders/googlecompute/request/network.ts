import type { NetworkInterface } from '../../_googlecompute/api/driver.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { pathIn, regionOf } from '../../_googlecompute/paths.ts';

/** The interface of the instance; `address` is its reserved external address. */
export function networkInterface(config: GooglecomputeBuilderConfig, address: string | undefined): NetworkInterface {
  const { network, subnetwork, network_project_id: project = config.project_id, network_ip: networkIP } = config;
  const named = network ?? (subnetwork === undefined ? 'default' : undefined);
  const door = { name: 'External NAT', type: 'ONE_TO_ONE_NAT', ...(address === undefined ? {} : { natIP: address }) };
  return {
    ...(named === undefined ? {} : { network: pathIn(project, 'global/networks', named) }),
    ...(subnetwork === undefined
      ? {}
      : { subnetwork: pathIn(project, `regions/${regionOf(config)}/subnetworks`, subnetwork) }),
    ...(networkIP === undefined ? {} : { networkIP }),
    ...(config.omit_external_ip ? {} : { accessConfigs: [door] }),
  };
}

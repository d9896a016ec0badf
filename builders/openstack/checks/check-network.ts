import { errorAt, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import { parseCidr } from '../cidr.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

type Diagnostics = readonly Diagnostic[];

const CODE = 'OPENSTACK_NETWORK';

function unused(option: string, because: string): Diagnostic {
  return warningAt(CODE, `/${option}`, `it is not used: ${because}`);
}

function discovery(config: OpenstackBuilderConfig): Diagnostics {
  const { network_discovery_cidrs: cidrs = [], networks, ports } = config;
  const place = '/network_discovery_cidrs';
  const wrong = cidrs.flatMap((text, index) =>
    parseCidr(text) === undefined
      ? [errorAt(CODE, `${place}/${index}`, `${JSON.stringify(text)} is no network`, { hint: 'such as 192.0.2.0/24' })]
      : [],
  );
  const named = networks ?? ports;
  return cidrs.length > 0 && named !== undefined
    ? [...wrong, unused('network_discovery_cidrs', 'networks or ports are given')]
    : wrong;
}

/** Of the ways to a floating IP the first that is given counts, as with Packer. */
function floating(config: OpenstackBuilderConfig): Diagnostics {
  const { floating_ip: given, floating_ip_network: network, floating_ip_pool: pool } = config;
  const found: Diagnostic[] = [];
  if (given !== undefined) {
    if (config.reuse_ips) found.push(unused('reuse_ips', 'floating_ip is given'));
    if (network !== undefined) found.push(unused('floating_ip_network', 'floating_ip is given'));
  }
  const any = given ?? network ?? pool;
  if (config.instance_floating_ip_net !== undefined && any === undefined && !config.reuse_ips) {
    found.push(unused('instance_floating_ip_net', 'the server gets no floating IP'));
  }
  return found;
}

function groups({ security_groups: list, networks, ports }: OpenstackBuilderConfig): Diagnostics {
  if (list === undefined || ports === undefined || networks !== undefined) return [];
  return [unused('security_groups', 'ports have security groups of their own')];
}

/** What the schema cannot say of the network of the server. */
export function checkNetwork(config: OpenstackBuilderConfig): Diagnostics {
  return [...discovery(config), ...floating(config), ...groups(config)];
}

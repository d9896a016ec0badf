import type { ServerNetwork } from '../../../clients/openstack/index.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import { containsCidr, parseCidr } from '../cidr.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** The id of a network that is named by its id or its name. Throws `StepError` OPENSTACK_NETWORK at `pointer`. */
export async function networkId(
  given: string,
  pointer: string,
  { cloud }: OpenstackBuild,
  filter: { readonly 'router:external'?: boolean } = {},
): Promise<string> {
  if (UUID.test(given)) return given;
  const [network, other] = await cloud.ask((client, call) =>
    client.network.networks.list({ name: given, ...filter }, call),
  );
  if (network !== undefined && other === undefined) return network.id;
  const kind = filter['router:external'] === true ? 'external network' : 'network';
  const message =
    network === undefined
      ? `there is no ${kind} ${JSON.stringify(given)}`
      : `several networks are called ${JSON.stringify(given)}`;
  const hint = 'give the id of the network; "openstack network list" shows them';
  throw new StepError(message, { code: 'OPENSTACK_NETWORK', pointer, hint });
}

async function discovered(cidrs: readonly string[], { build, cloud }: OpenstackBuild): Promise<string> {
  const subnets = await cloud.ask(({ network }, call) => network.subnets.list({}, call));
  const wanted = cidrs.map(parseCidr).filter((cidr) => cidr !== undefined);
  for (const { cidr: text, network_id: id, name } of subnets) {
    const cidr = parseCidr(text);
    if (cidr === undefined || !wanted.some((outer) => containsCidr(outer, cidr))) continue;
    build.say(`the network is ${id}: its subnet ${name} is ${text}`);
    return id;
  }
  throw new StepError(`no subnet is within ${cidrs.join(', ')}`, {
    code: 'OPENSTACK_NETWORK',
    pointer: '/network_discovery_cidrs',
    hint: 'see what there is with: openstack subnet list',
  });
}

/** What the server is attached to; empty: Nova chooses. Throws `StepError` OPENSTACK_NETWORK. */
export async function findNetworks(
  config: OpenstackBuilderConfig,
  openstack: OpenstackBuild,
): Promise<readonly ServerNetwork[]> {
  const { ports = [], networks = [], network_discovery_cidrs: cidrs = [] } = config;
  const ids = await Promise.all(networks.map((each, index) => networkId(each, `/networks/${index}`, openstack)));
  const found = [...ports.map((port) => ({ port })), ...ids.map((uuid) => ({ uuid }))];
  if (found.length > 0 || cidrs.length === 0) return found;
  return [{ uuid: await discovered(cidrs, openstack) }];
}

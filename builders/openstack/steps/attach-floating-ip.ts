import type { FloatingIp, InterfaceAttachment } from '../../../clients/openstack/index.ts';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import { floatingIpMark } from '../../_openstack/kinds/kinds.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';
import { repeatWhileLost } from '../../_openstack/repeat.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { networkId } from './find-networks.ts';

const CODE = 'OPENSTACK_FLOATING_IP';

/** Whether a text is the id of a floating IP, and not its address. */
function isId(text: string): boolean {
  return /^[0-9a-f-]{32,36}$/i.test(text) && !text.includes(':');
}

/** The port of the server that a floating IP leads to. Throws `StepError` OPENSTACK_FLOATING_IP when there is none. */
async function portOf(config: OpenstackBuilderConfig, server: string, { cloud }: OpenstackBuild): Promise<string> {
  const { instance_floating_ip_net: wanted } = config;
  const all = await cloud.ask(({ compute }, call) => compute.servers.interfaces(server, call));
  const hasIpv4 = ({ fixed_ips: addresses }: InterfaceAttachment): boolean =>
    addresses?.some(({ ip_address: address }) => address.includes('.')) === true;
  const found = wanted === undefined ? (all.find(hasIpv4) ?? all[0]) : all.find(({ net_id: net }) => net === wanted);
  if (found !== undefined) return found.port_id;
  const message =
    wanted === undefined ? 'the server has no port that a floating IP could lead to' : `the server is not in ${wanted}`;
  const pointer = wanted === undefined ? undefined : '/instance_floating_ip_net';
  throw new StepError(message, { code: CODE, pointer });
}

async function given(text: string, { cloud }: OpenstackBuild): Promise<FloatingIp> {
  const pointer = '/floating_ip';
  const [found] = await aboutOption(pointer, () =>
    cloud.ask(async ({ network }, call): Promise<readonly FloatingIp[]> =>
      isId(text)
        ? [await network.floatingIps.get(text, call)]
        : network.floatingIps.list({ floating_ip_address: text }, call),
    ),
  );
  if (found === undefined) {
    throw new StepError(`the project has no floating IP ${text}`, {
      code: CODE,
      pointer,
      hint: 'see what there is with: openstack floating ip list',
    });
  }
  if (found.port_id === null) return found;
  throw new StepError(`the floating IP ${text} is in use by the port ${found.port_id}`, { code: CODE, pointer });
}

async function free({ cloud }: OpenstackBuild): Promise<FloatingIp | undefined> {
  const found = await cloud.ask(({ network }, call) => network.floatingIps.list({ status: 'DOWN' }, call));
  return found.find(({ port_id: port }) => port === null);
}

/** Has a floating IP of the project lead to the server; it is free again when the server is gone. */
async function use(
  { id, floating_ip_address: address }: FloatingIp,
  port: string,
  openstack: OpenstackBuild,
): Promise<string> {
  const { build, cloud } = openstack;
  const lead = (): Promise<unknown> =>
    cloud.ask(({ network }, call) => network.floatingIps.update(id, { port_id: port }, call));
  await repeatWhileLost(lead, build.signal);
  return address;
}

/** Takes a new floating IP that leads to the server, and is given back when the build is over. */
async function take(network: string, port: string, openstack: OpenstackBuild): Promise<string> {
  const { build, cloud, kinds } = openstack;
  const pointer = '/floating_ip_network';
  const external = await networkId(network, pointer, openstack, { 'router:external': true });
  const locator = locatorOf(cloud);
  const { id, handle } = await build.acquire(kinds.floatingIp, {
    describe: `floating IP of ${network}`,
    locator,
    create: (token) =>
      kinds.floatingIp.createUnlessRefused(token, async () => {
        let address: string | undefined;
        const request = { floating_network_id: external, port_id: port, description: floatingIpMark(token) };
        const ask = async (): Promise<string> => {
          const made = await cloud.ask((client, call) => client.network.floatingIps.create(request, call));
          address = made.floating_ip_address;
          return made.id;
        };
        const once = { token, locator, signal: build.signal };
        return { id: await aboutOption(pointer, () => makeOnce(kinds.floatingIp, once, ask)), handle: address };
      }),
  });
  if (handle !== undefined) return handle;
  return (await cloud.ask((client, call) => client.network.floatingIps.get(id, call))).floating_ip_address;
}

/** Whether the template wants the server to have a floating IP. */
export function needsFloatingIp(config: OpenstackBuilderConfig): boolean {
  const { floating_ip: one, floating_ip_network: network, floating_ip_pool: pool, reuse_ips: reuse } = config;
  return one !== undefined || network !== undefined || pool !== undefined || reuse;
}

/** The address that leads to the server: the template's, a free one of the project, or a new one. */
export async function attachFloatingIp(
  config: OpenstackBuilderConfig,
  server: string,
  openstack: OpenstackBuild,
): Promise<string> {
  const { floating_ip: one, reuse_ips: reuse } = config;
  const network = config.floating_ip_network ?? config.floating_ip_pool;
  const chosen = one !== undefined ? await given(one, openstack) : reuse ? await free(openstack) : undefined;
  if (chosen === undefined && network === undefined) {
    const hint = 'set floating_ip_network, so that a new one can be taken';
    throw new StepError('the project has no floating IP that is free', { code: CODE, pointer: '/reuse_ips', hint });
  }
  const port = await portOf(config, server, openstack);
  const address =
    chosen === undefined ? await take(network ?? '', port, openstack) : await use(chosen, port, openstack);
  openstack.build.say(`the floating IP ${address} leads to the server`);
  return address;
}

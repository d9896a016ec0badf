import type { InstanceAccess, Tunnel } from '../../../plugins/sdk/cloud.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { guestEndpoint, type CommunicatorOptions, type GuestEndpoint } from '../../../plugins/sdk/guest.ts';
import { throwIfCancelled } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Instance } from '../api/driver.ts';
import { ENDPOINT_INTERFACE, findEndpoint } from './instance-connect/endpoint.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { describeInstance } from '../kinds/release.ts';
import { waitFor } from '../api/wait.ts';
import { letEndpointIn } from '../instance/choose-security-groups.ts';

type ConnectOptions = RunOptions & CommunicatorOptions;

/** Where to connect to; undefined when the instance has no such address (yet). */
export function addressOf(instance: Instance, wanted: RunOptions['ssh_interface']): string | undefined {
  const { PublicIpAddress, PrivateIpAddress, PublicDnsName, PrivateDnsName, Ipv6Address } = instance;
  const ipv6 =
    Ipv6Address ?? instance.NetworkInterfaces?.flatMap(({ Ipv6Addresses = [] }) => Ipv6Addresses)[0]?.Ipv6Address;
  const addresses = {
    public_ip: PublicIpAddress,
    private_ip: PrivateIpAddress,
    public_dns: PublicDnsName,
    private_dns: PrivateDnsName,
    ipv6,
  };
  if (wanted === 'session_manager' || wanted === ENDPOINT_INTERFACE) return undefined;
  const found = wanted === undefined ? (PublicIpAddress ?? PrivateIpAddress) : addresses[wanted];
  return found === '' ? undefined : found;
}

/** What an instance needs for its addresses. */
const ADDRESS_NEEDS: Readonly<Record<string, string>> = {
  public_ip: 'the subnet has to give public addresses, or associate_public_ip_address be true',
  public_dns: 'the VPC has to have DNS host names, and the subnet has to give public addresses',
  private_dns: 'the VPC has to have DNS host names',
  ipv6: 'the subnet has to give IPv6 addresses',
};

async function waitForAddress(
  config: ConnectOptions,
  { timeout }: GuestEndpoint,
  instance: Instance,
  amazon: AmazonBuild,
): Promise<string> {
  const { build, cloud, polling } = amazon;
  const id = instance.InstanceId ?? '';
  const known = addressOf(instance, config.ssh_interface);
  if (known !== undefined) return known;
  return waitFor({
    what: `the ${config.ssh_interface ?? 'address'} of the instance ${id}`,
    limit: { milliseconds: timeout, pointer: '/ssh_interface', hint: addressHint(config) },
    polling,
    signal: build.signal,
    look: async () => {
      const now = await describeInstance(cloud, id);
      const address = now === undefined ? undefined : addressOf(now, config.ssh_interface);
      return address === undefined ? { state: 'not there' } : { done: address };
    },
  });
}

function addressHint({ ssh_interface: way, communicator }: ConnectOptions): string {
  const needs = ADDRESS_NEEDS[way ?? ''] ?? 'the subnet has to give the instance an address';
  return `${needs}; another ssh_interface takes another address, and ${communicator}_timeout sets how long is waited`;
}

/** What the guest wrote to its console; EC2 has it only some minutes later. */
export async function consoleTail(id: string, { cloud }: AmazonBuild): Promise<string> {
  const { Output = '' } = await cloud.ec2('GetConsoleOutput', { InstanceId: id });
  return Buffer.from(Output, 'base64').toString();
}

async function byEndpoint(
  config: ConnectOptions,
  { port, timeout }: GuestEndpoint,
  instance: Instance,
  amazon: AmazonBuild,
): Promise<Tunnel> {
  const endpoint = await findEndpoint(config, { vpcId: instance.VpcId, subnetId: instance.SubnetId }, amazon);
  await letEndpointIn(endpoint, instance, port, config, amazon);
  const { openEndpointTunnel } = await import('./instance-connect/tunnel.ts');
  return openEndpointTunnel({ endpoint, instance, port, limit: timeout }, amazon);
}

async function bySession(
  config: ConnectOptions,
  { port, timeout }: GuestEndpoint,
  instance: Instance,
  amazon: AmazonBuild,
): Promise<Tunnel> {
  if (config.pause_before_ssm > 0) await pause(config.pause_before_ssm, amazon.build.signal);
  const { openTunnel } = await import('./session-manager/tunnel.ts');
  return openTunnel(
    {
      instanceId: instance.InstanceId ?? '',
      port,
      localPort: config.session_manager_port,
      limit: timeout,
    },
    amazon,
  );
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  throwIfCancelled(signal);
}

/** Interfaces that no address leads to. */
const TUNNELS: Readonly<Record<string, typeof byEndpoint>> = {
  [ENDPOINT_INTERFACE]: byEndpoint,
  session_manager: bySession,
};

/** How Kiln gets to the instance's port, by `ssh_interface`. */
export function wayTo(
  config: ConnectOptions,
  instance: Instance,
  amazon: AmazonBuild,
): Pick<InstanceAccess, 'address' | 'tunnel'> {
  const guest = guestEndpoint(config);
  // Without a guest nobody asks for its address.
  if (guest === undefined) return { address: () => Promise.resolve('') };
  const open = TUNNELS[config.ssh_interface ?? ''];
  return {
    address: (build) => waitForAddress(config, guest, instance, { ...amazon, build }),
    ...(open === undefined ? {} : { tunnel: (build) => open(config, guest, instance, { ...amazon, build }) }),
  };
}

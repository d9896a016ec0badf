import { setTimeout as delay } from 'node:timers/promises';
import { connectGuest, type CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { KilnError, StepError, TimeoutError, throwIfCancelled, type Communicator } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Instance } from '../api/driver.ts';
import { ENDPOINT_INTERFACE, findEndpoint } from './instance-connect/endpoint.ts';
import { reasonOfState } from '../instance/instance-life.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { describeInstance } from '../kinds/release.ts';
import { waitFor } from '../api/wait.ts';
import { guestPort, letEndpointIn } from '../instance/choose-security-groups.ts';
import type { KeyPair } from '../instance/key-pair.ts';

type ConnectOptions = RunOptions & CommunicatorOptions;

const LOOK_EVERY = 15_000;

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

async function waitForAddress(instance: Instance, config: ConnectOptions, amazon: AmazonBuild): Promise<string> {
  const { build, cloud, polling } = amazon;
  const id = instance.InstanceId ?? '';
  const known = addressOf(instance, config.ssh_interface);
  if (known !== undefined) return known;
  return waitFor({
    what: `the ${config.ssh_interface ?? 'address'} of the instance ${id}`,
    limit: { milliseconds: connectLimit(config), pointer: '/ssh_interface', hint: addressHint(config) },
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

/** Ends the wait for a guest whose instance is not running any more: AWS took it back, or it failed. */
function watch(id: string, { build, cloud }: AmazonBuild, over: AbortController): () => void {
  const look = async (): Promise<void> => {
    const instance = await describeInstance(cloud, id).catch(() => undefined);
    const state = instance?.State?.Name;
    if (instance === undefined || state === undefined || state === 'pending' || state === 'running') return;
    over.abort(
      new StepError(`the instance ${id} is ${state}${reasonOfState(instance)}`, { code: 'AMAZON_INSTANCE_GONE' }),
    );
  };
  const timer = setInterval(() => {
    if (!build.signal.aborted) void look();
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}

/** The end of what the guest wrote to its console, for who wonders why it does not let Kiln in. */
async function consoleTail(id: string, { cloud }: AmazonBuild): Promise<string> {
  const { Output = '' } = await cloud.ec2('GetConsoleOutput', { InstanceId: id }).catch(() => ({ Output: '' }));
  const lines = Buffer.from(Output, 'base64').toString().trimEnd().split(/\r?\n/).slice(-15);
  return lines.join('').trim() === '' ? '' : `\nThe end of the instance's console:\n${lines.join('\n')}`;
}

/** Where the guest can be reached, and what to do when nobody wants to reach it any more. */
interface Way {
  readonly host: string;
  readonly port?: number;
  readonly close: () => Promise<void>;
}

async function byEndpoint(config: ConnectOptions, instance: Instance, amazon: AmazonBuild): Promise<Way> {
  const endpoint = await findEndpoint(config, { vpcId: instance.VpcId, subnetId: instance.SubnetId }, amazon);
  await letEndpointIn(endpoint, instance, config, amazon);
  const { openEndpointTunnel } = await import('./instance-connect/tunnel.ts');
  const options = { endpoint, instance, port: guestPort(config), limit: connectLimit(config) };
  return { host: '127.0.0.1', ...(await openEndpointTunnel(options, amazon)) };
}

async function findWay(config: ConnectOptions, instance: Instance, amazon: AmazonBuild): Promise<Way> {
  const given = (config.communicator === 'winrm' ? config.winrm_host : config.ssh_host) ?? '';
  const nothing = (): Promise<void> => Promise.resolve();
  if (given !== '') return { host: given, close: nothing };
  if (config.ssh_interface === ENDPOINT_INTERFACE) return byEndpoint(config, instance, amazon);
  if (config.ssh_interface !== 'session_manager') {
    return { host: await waitForAddress(instance, config, amazon), close: nothing };
  }
  if (config.pause_before_ssm > 0) await pause(config.pause_before_ssm, amazon.build.signal);
  const { openTunnel } = await import('./session-manager/tunnel.ts');
  const tunnel = await openTunnel(
    {
      instanceId: instance.InstanceId ?? '',
      port: guestPort(config),
      localPort: config.session_manager_port,
      limit: connectLimit(config),
    },
    amazon,
  );
  return { host: '127.0.0.1', ...tunnel };
}

function connectLimit(config: ConnectOptions): number {
  if (config.communicator === 'winrm') return config.winrm_timeout;
  return config.ssh_wait_timeout ?? config.ssh_timeout ?? 5 * 60_000;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  throwIfCancelled(signal);
}

/** Waits until the guest lets Kiln in. Throws `StepError` AMAZON_INSTANCE_GONE and what `connectGuest` throws. */
export async function connect(
  config: ConnectOptions,
  instance: Instance,
  login: { readonly key: KeyPair; readonly password: string | undefined },
  amazon: AmazonBuild,
): Promise<Communicator> {
  if (config.communicator === 'none') return connectGuest(config, {}, amazon.build);
  const id = instance.InstanceId ?? '';
  const over = new AbortController();
  const stopWatching = watch(id, amazon, over);
  const signal = AbortSignal.any([amazon.build.signal, over.signal]);
  const build = { ...amazon.build, signal };
  const { privateKey, privateKeyFile } = login.key;
  let way: Way | undefined;
  try {
    way = await findWay(config, instance, { ...amazon, build });
    const { close, ...address } = way;
    const known = {
      ...address,
      ...(privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile }),
      ...(login.password === undefined ? {} : { password: login.password }),
    };
    const guest = await connectGuest(config, known, build);
    return {
      ...guest,
      close: async () => {
        await guest.close();
        await close();
      },
    };
  } catch (error) {
    await way?.close();
    throwIfCancelled(amazon.build.signal);
    over.signal.throwIfAborted();
    if (way === undefined || !(error instanceof KilnError)) throw error;
    const details = { code: error.code, pointer: error.pointer, cause: error, hint: error.hint };
    const message = `${error.message}${await consoleTail(id, amazon)}`;
    throw error instanceof TimeoutError ? new TimeoutError(message, details) : new StepError(message, details);
  } finally {
    stopWatching();
  }
}

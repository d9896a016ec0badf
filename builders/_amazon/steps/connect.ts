import {
  connectGuest,
  KilnError,
  StepError,
  TimeoutError,
  throwIfCancelled,
  type CommunicatorOptions,
  type Communicator,
} from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Instance } from '../driver.ts';
import { reasonOfState } from '../instance-life.ts';
import type { RunOptions } from '../options.ts';
import { describeInstance } from '../release.ts';
import { waitFor } from '../wait.ts';
import type { KeyPair } from './make-key-pair.ts';

const ADDRESS_LIMIT = 2 * 60_000;
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
  const found = wanted === undefined ? (PublicIpAddress ?? PrivateIpAddress) : addresses[wanted];
  return found === '' ? undefined : found;
}

async function waitForAddress(instance: Instance, config: RunOptions, amazon: AmazonBuild): Promise<string> {
  const { build, cloud, polling } = amazon;
  const id = instance.InstanceId ?? '';
  const known = addressOf(instance, config.ssh_interface);
  if (known !== undefined) return known;
  return waitFor({
    what: `the ${config.ssh_interface ?? 'address'} of the instance ${id}`,
    limit: ADDRESS_LIMIT,
    polling,
    signal: build.signal,
    look: async () => {
      const now = await describeInstance(cloud, id);
      const address = now === undefined ? undefined : addressOf(now, config.ssh_interface);
      return address === undefined ? { state: 'not there' } : { done: address };
    },
  });
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

/** Waits until the guest lets Kiln in. Throws `StepError` AMAZON_INSTANCE_GONE and what `connectGuest` throws. */
export async function connect(
  config: RunOptions & CommunicatorOptions,
  instance: Instance,
  login: { readonly key: KeyPair; readonly password: string | undefined },
  amazon: AmazonBuild,
): Promise<Communicator> {
  const { build } = amazon;
  if (config.communicator === 'none') return connectGuest(config, {}, build);
  const id = instance.InstanceId ?? '';
  const given = (config.communicator === 'winrm' ? config.winrm_host : config.ssh_host) ?? '';
  const { privateKey, privateKeyFile } = login.key;
  const known = {
    host: given === '' ? await waitForAddress(instance, config, amazon) : given,
    ...(privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile }),
    ...(login.password === undefined ? {} : { password: login.password }),
  };
  const over = new AbortController();
  const stopWatching = watch(id, amazon, over);
  const signal = AbortSignal.any([build.signal, over.signal]);
  try {
    return await connectGuest(config, known, { ...build, signal });
  } catch (error) {
    throwIfCancelled(build.signal);
    over.signal.throwIfAborted();
    if (!(error instanceof KilnError)) throw error;
    const details = { code: error.code, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    const message = `${error.message}${await consoleTail(id, amazon)}`;
    throw error instanceof TimeoutError ? new TimeoutError(message, details) : new StepError(message, details);
  } finally {
    stopWatching();
  }
}

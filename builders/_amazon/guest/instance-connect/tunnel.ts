import { listenOnLoopback } from '../../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../amazon-build.ts';
import type { Ec2InstanceConnectEndpoint, Instance } from '../../api/driver.ts';
import type { Tunnel } from '../session-manager/tunnel.ts';
import { waitFor } from '../../api/wait.ts';
import { carry, checkTunnel } from './carry.ts';

export interface EndpointTunnelOptions {
  readonly endpoint: Ec2InstanceConnectEndpoint;
  readonly instance: Instance;
  /** The port on the instance. */
  readonly port: number;
  /** How long it may take until AWS opens a tunnel. Milliseconds. */
  readonly limit: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SERVICE = 'ec2-instance-connect';
/** The longest that AWS allows. Seconds. */
const LONGEST = '3600';

/** Where a tunnel is opened, not signed yet; the environment may put another address in the place of AWS's. */
export function tunnelUrl(
  { endpoint, instance, port }: Omit<EndpointTunnelOptions, 'limit'>,
  environment: Environment,
): URL {
  const { AWS_ENDPOINT_URL_EC2_INSTANCE_CONNECT: own = '', AWS_ENDPOINT_URL: all = '' } = environment;
  const url = new URL('/openTunnel', own || all || `https://${endpoint.DnsName ?? ''}`);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.search = new URLSearchParams({
    instanceConnectEndpointId: endpoint.InstanceConnectEndpointId ?? '',
    maxTunnelDuration: LONGEST,
    privateIpAddress: instance.PrivateIpAddress ?? '',
    remotePort: String(port),
  }).toString();
  return url;
}

/**
 * Opens a port on this machine that leads to one of the instance; each connection has a tunnel of its own. Waits until
 * AWS opens the first one. Throws `TimeoutError` AMAZON_TIMEOUT.
 */
export async function openEndpointTunnel(options: EndpointTunnelOptions, amazon: AmazonBuild): Promise<Tunnel> {
  const { build, cloud, polling } = amazon;
  const id = options.endpoint.InstanceConnectEndpointId ?? '';
  const signed = (): Promise<string> => cloud.presign(tunnelUrl(options, process.env), SERVICE);

  await waitFor({
    what: `the endpoint ${id} to open a tunnel`,
    limit: {
      milliseconds: options.limit,
      pointer: '/ssh_interface',
      hint: 'who builds needs ec2-instance-connect:OpenTunnel, and this machine a way to the endpoint',
    },
    polling,
    signal: build.signal,
    onState: (state) => build.debug(`EC2 Instance Connect: ${state}`),
    look: async () => {
      const problem = await checkTunnel(await signed());
      return problem === undefined ? { done: true } : { state: problem };
    },
  });
  const listener = await listenOnLoopback(0, async (connection) => {
    try {
      await carry(connection, await signed());
    } catch (error) {
      build.debug(`EC2 Instance Connect: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  });
  build.say(`port ${listener.port} of this machine leads to port ${options.port} of the instance by ${id}`);
  return {
    port: listener.port,
    close: () => {
      listener.close();
      return Promise.resolve();
    },
  };
}

import type { InstanceAccess, Tunnel } from '../../../plugins/sdk/cloud.ts';
import { guestEndpoint } from '../../../plugins/sdk/guest.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { Instance } from '../../_googlecompute/api/driver.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../instance.ts';

const SECOND = 1000;

/** Where to connect to; undefined when the instance has no such address. */
export function addressOf({ networkInterfaces = [] }: Instance, isInternal: boolean): string | undefined {
  const all = networkInterfaces.flatMap(({ networkIP, accessConfigs = [] }) =>
    isInternal ? [networkIP] : accessConfigs.map(({ natIP }) => natIP),
  );
  return all.find((address) => typeof address === 'string' && address !== '') ?? undefined;
}

function knownAddress(config: GooglecomputeBuilderConfig, { id, instance }: Launched): string {
  const { use_internal_ip: isInternal } = config;
  const address = addressOf(instance, isInternal);
  if (address !== undefined) return address;
  throw new StepError(`the instance ${id} has no ${isInternal ? 'internal' : 'external'} address`, {
    code: 'GOOGLE_NETWORK',
    pointer: '/use_internal_ip',
    hint: 'set use_iap to get in through Identity-Aware Proxy, or use_internal_ip when Kiln runs in the same network',
  });
}

/** How long IAP may refuse. Milliseconds. */
function refusals({ iap_tunnel_launch_wait: seconds, communicator }: GooglecomputeBuilderConfig): number {
  return (seconds ?? (communicator === 'winrm' ? 40 : 30)) * SECOND;
}

async function byIap(
  config: GooglecomputeBuilderConfig,
  { id, instance }: Launched,
  { cloud, build }: GoogleBuild,
): Promise<Tunnel> {
  const { port = 22, timeout: limit = 0 } = guestEndpoint(config) ?? {};
  const networkInterface = instance.networkInterfaces?.[0]?.name ?? 'nic0';
  const { openIapTunnel } = await import('../../_googlecompute/iap/tunnel.ts');
  return openIapTunnel(
    {
      target: { project: config.project_id, zone: config.zone, instance: id, networkInterface, port },
      root: cloud.relayRoot,
      localPort: config.iap_localhost_port ?? 0,
      limit,
      refusals: refusals(config),
    },
    { build, login: cloud.login },
  );
}

/** How Kiln gets to the guest: to an address of the instance, or through Identity-Aware Proxy. */
export function wayTo(
  config: GooglecomputeBuilderConfig,
  launched: Launched,
  google: GoogleBuild,
): Pick<InstanceAccess, 'address' | 'tunnel'> {
  return {
    address: () => Promise.resolve(knownAddress(config, launched)),
    ...(config.use_iap ? { tunnel: (build: BuildRun) => byIap(config, launched, { ...google, build }) } : {}),
  };
}

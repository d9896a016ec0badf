import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { StepError } from '../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import type { HttpAddress } from '../_shared/http/http-server.ts';

/** Where QEMU's network leads to this machine. */
const HOST_SEEN_BY_GUEST = { 4: '10.0.2.2', 6: 'fec0::2' } as const;
const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const;
const ANY = { 4: '0.0.0.0', 6: '::' } as const;

type Family = 4 | 6;

type HttpOptions = Pick<
  QemuBuilderConfig,
  'http_bind_address' | 'http_interface' | 'http_network_protocol' | 'net_bridge'
>;

function familyOf({ http_network_protocol: protocol }: HttpOptions): Family | undefined {
  return protocol === 'tcp' ? undefined : protocol === 'tcp6' ? 6 : 4;
}

/** Whether the server listens at a certain address, and not at whichever the others lead to. */
export function bindsOneAddress({ http_bind_address: address }: HttpOptions): boolean {
  return !['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::', ''].includes(address);
}

/** Whether the address cannot be one of the protocol. */
export function isOfOtherProtocol(config: HttpOptions): boolean {
  // First what needs no node:net, which takes 5 ms to load.
  if (!bindsOneAddress(config)) return false;
  const family = isIP(config.http_bind_address);
  return family !== 0 && family !== (familyOf(config) ?? family);
}

/** Throws `StepError` BRIDGE_ADDRESS when the interface has no address. */
function addressOf(
  config: HttpOptions,
  family: Family,
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
): string | undefined {
  const option = config.http_interface === undefined ? 'net_bridge' : 'http_interface';
  const { [option]: name } = config;
  if (name === undefined) return undefined;
  const found = interfaces[name]?.find((one) => one.family === `IPv${family}` && !one.address.startsWith('fe80:'));
  if (found !== undefined) return found.address;
  throw new StepError(
    `the interface ${name} has no IPv${family} address on this machine, so the guest could fetch nothing`,
    {
      code: 'BRIDGE_ADDRESS',
      pointer: `/${option}`,
      hint: `give it one: ip address add ${family === 4 ? '192.0.2.1/24' : 'fd00::1/64'} dev ${name}`,
    },
  );
}

/** Where the HTTP server listens, and where the guest finds it. Throws `StepError` BRIDGE_ADDRESS. */
export function httpAddress(
  config: HttpOptions,
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
): HttpAddress {
  const { http_bind_address: wanted } = config;
  const wantedFamily = familyOf(config);
  const family = wantedFamily ?? 4;
  const ipv6Only = family === 6;
  const inUrl = (address: string): string => (isIP(address) === 6 ? `[${address}]` : address);
  if (bindsOneAddress(config)) return { bound: wanted, ipv6Only, seen: inUrl(wanted) };
  const own = addressOf(config, family, interfaces);
  const isAny = ['0.0.0.0', '::'].includes(wanted);
  const unnamed = wantedFamily === undefined && wanted !== '' ? wanted : (isAny ? ANY : LOOPBACK)[family];
  const throughQemu = own === undefined || (config.net_bridge === undefined && own === LOOPBACK[family]);
  return {
    bound: own === undefined || isAny ? unnamed : own,
    ipv6Only,
    seen: inUrl(throughQemu ? HOST_SEEN_BY_GUEST[family] : own),
  };
}

import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { startHttpServer, type HttpServer } from '../http-server.ts';

/** Where QEMU's network leads to this machine. */
const HOST_SEEN_BY_GUEST = '10.0.2.2';

export interface GuestHttp extends AsyncDisposable {
  /** Address and port as the guest reaches them; undefined when nothing is served. */
  readonly seenByGuest: { readonly ip: string; readonly port: number } | undefined;
}

/** Address of the host on a bridge. Throws `StepError` BRIDGE_ADDRESS when it has none. */
function addressOnBridge(bridge: string): string {
  const address = networkInterfaces()[bridge]?.find(({ family }) => family === 'IPv4')?.address;
  if (address !== undefined) return address;
  throw new StepError(`the bridge ${bridge} has no IPv4 address on this machine, so the guest could fetch nothing`, {
    code: 'BRIDGE_ADDRESS',
    pointer: '/net_bridge',
    hint: `give it one: ip address add 192.0.2.1/24 dev ${bridge}`,
  });
}

/** Where the server listens, and where the guest finds it. */
function addresses(config: QemuBuilderConfig): { readonly bound: string; readonly seen: string } {
  const { http_bind_address: bound, net_bridge: bridge } = config;
  const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(bound);
  const isAny = ['0.0.0.0', '::'].includes(bound);
  if (bridge === undefined) return { bound, seen: isLoopback || isAny ? HOST_SEEN_BY_GUEST : bound };
  if (!isLoopback && !isAny) return { bound, seen: bound };
  const seen = addressOnBridge(bridge);
  return { bound: isAny ? bound : seen, seen };
}

/** `known`: the port that the guest knows already. */
export async function serveHttp(config: QemuBuilderConfig, build: BuildRun, known?: number): Promise<GuestHttp> {
  const { http_directory: directory, http_content: contents } = config;
  const nothing = { seenByGuest: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (directory === undefined && contents === undefined) return nothing;
  const served = directory === undefined ? { contents: contents ?? {} } : { directory: resolve(directory) };
  const range = { first: known ?? config.http_port_min, last: known ?? config.http_port_max };
  const { bound, seen: ip } = addresses(config);
  const server: HttpServer = await startHttpServer(served, bound, range, (line) => build.debug(`HTTP: ${line}`));
  build.say(`serving HTTP to the guest at http://${ip}:${server.port}`);
  return { seenByGuest: { ip, port: server.port }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

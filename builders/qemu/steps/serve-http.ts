import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { httpAddress } from '../http-address.ts';
import { startHttpServer, type HttpServer } from '../http-server.ts';

export interface GuestHttp extends AsyncDisposable {
  /** Address and port as the guest reaches them; undefined when nothing is served. */
  readonly seenByGuest: { readonly ip: string; readonly port: number } | undefined;
}

/** `known`: the port that the guest knows already. */
export async function serveHttp(config: QemuBuilderConfig, build: BuildRun, known?: number): Promise<GuestHttp> {
  const { http_directory: directory, http_content: contents } = config;
  const nothing = { seenByGuest: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (directory === undefined && contents === undefined) return nothing;
  const served = directory === undefined ? { contents: contents ?? {} } : { directory: resolve(directory) };
  const range = { first: known ?? config.http_port_min, last: known ?? config.http_port_max };
  const address = httpAddress(config, networkInterfaces());
  const { seen: ip } = address;
  const server: HttpServer = await startHttpServer(served, address, range, (line) => build.debug(`HTTP: ${line}`));
  build.say(`serving HTTP to the guest at http://${ip}:${server.port}`);
  return { seenByGuest: { ip, port: server.port }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

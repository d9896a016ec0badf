import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { httpAddress } from '../http-address.ts';
import { startHttpServer, type HttpServer } from '../../_shared/http/http-server.ts';

export interface GuestHttp extends AsyncDisposable {
  /** This machine as the guest reaches it (empty when it does not), with the port of what is served; 0 when nothing is. */
  readonly seenByGuest: { readonly ip: string; readonly port: number };
}

/** For what the guest may ask of this machine besides HTTP; empty when the bridge leads nowhere. */
function addressAlone(config: QemuBuilderConfig): string {
  try {
    return httpAddress(config, networkInterfaces()).seen;
  } catch (error) {
    if (error instanceof StepError) return '';
    throw error;
  }
}

/** `known`: the port that the guest knows already. */
export async function serveHttp(config: QemuBuilderConfig, build: BuildRun, known?: number): Promise<GuestHttp> {
  const { http_directory: directory, http_content: contents } = config;
  if (directory === undefined && contents === undefined) {
    return { seenByGuest: { ip: addressAlone(config), port: 0 }, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const served = directory === undefined ? { contents: contents ?? {} } : { directory: resolve(directory) };
  const range = { first: known ?? config.http_port_min, last: known ?? config.http_port_max };
  const address = httpAddress(config, networkInterfaces());
  const { seen: ip } = address;
  const server: HttpServer = await startHttpServer(served, address, range, (line) => build.debug(`HTTP: ${line}`));
  build.say(`serving HTTP to the guest at http://${ip}:${server.port}`);
  return { seenByGuest: { ip, port: server.port }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

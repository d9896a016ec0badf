import { broken } from './plugin-error.ts';

/** Where a plugin listens, as it says on the first line of its output. */
export interface PluginAddress {
  /** Version of the plugin API; Packer's major number of it has been 5 since version 1.4. */
  readonly apiVersion: string;
  readonly socket: { readonly path: string } | { readonly host: string; readonly port: number };
}

/** Without this in its environment, a plugin says that it is one and ends. */
export const MAGIC_COOKIE: Readonly<Record<string, string>> = {
  PACKER_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};

/** The most that may stand before the line's end. */
export const HANDSHAKE_LIMIT = 4096;

/**
 * Reads `5|unix|/tmp/packer-plugin1` (Packer 1.6) or `5|0|unix|/tmp/packer-plugin1` (today's, with a minor version).
 *
 * @throws PluginError "broken" for what is neither.
 */
export function readHandshake(line: string): PluginAddress {
  const fields = line.trim().split('|');
  const [network, address] = fields.slice(-2);
  const versions = fields.slice(0, -2);
  const isHandshake = versions.length >= 1 && versions.length <= 2 && versions.every((field) => /^\d+$/.test(field));
  if (!isHandshake || address === undefined || address === '') {
    throw broken(`its first line is not where it listens: ${JSON.stringify(line.slice(0, 200))}`);
  }
  const apiVersion = versions.join('.');
  if (network === 'unix') return { apiVersion, socket: { path: address } };
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(address) ?? [];
  if (network !== 'tcp' || host === undefined || port === undefined || !isLoopback(host)) {
    throw broken(`it listens at ${network ?? ''} ${address}, which is no socket of this machine`);
  }
  return { apiVersion, socket: { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) } };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

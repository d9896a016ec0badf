import type { Tunnel } from '../connection.ts';

/** Reads "PORT:HOST:PORT"; undefined when it is not that. An IPv6 host may stand in brackets. */
export function parseTunnel(spec: string): Tunnel | undefined {
  const match = /^(\d{1,5}):(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(spec);
  if (match === null) return undefined;
  const port = Number(match[1]);
  const hostPort = Number(match[4]);
  const host = match[2] ?? match[3];
  if (host === undefined || port > 65535 || hostPort < 1 || hostPort > 65535) return undefined;
  return { port, host, hostPort };
}

// Also preloaded into processes under test, with NODE_OPTIONS=--import=…: see the end.
import dns from 'node:dns';
import { appendFileSync, readFileSync } from 'node:fs';
import net from 'node:net';

/** Addresses and names, and the loopback address that each stands for. */
export type DialMap = Readonly<Record<string, string>>;

const LOCAL = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+|localhost|)$/;

type AnyFunction = (...args: unknown[]) => unknown;

/** Where a connection to `host` may go; undefined when it may not. */
function placeOf(host: string, readMap: () => DialMap): string | undefined {
  return LOCAL.test(host) ? host : readMap()[host];
}

function refusal(host: string, port: unknown, report: (where: string) => void): Error {
  const where = `${host}:${String(port)}`;
  report(where);
  const error = new Error(`dial guard: no connection to ${where} from a test`);
  return Object.assign(error, { code: 'ECONNREFUSED', syscall: 'connect', address: host, port });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The options of a connect call, whichever way it was called; undefined for a local socket file. */
function optionsOf(args: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
  const [given] = args;
  const [first, second]: readonly unknown[] = Array.isArray(given) ? given : args;
  if (isRecord(first)) return typeof first['path'] === 'string' ? undefined : first;
  if (!/^\d+$/.test(String(first))) return undefined;
  return { port: Number(first), host: typeof second === 'string' ? second : '' };
}

/**
 * Guards all connections of this process: to this machine they go through, to a host of the map they go where it says,
 * any other is refused and reported as "host:port".
 * @returns what takes the guard away again
 */
export function guardDials(readMap: () => DialMap, report: (where: string) => void): () => void {
  const sockets = net.Socket.prototype as unknown as { connect: AnyFunction };
  const names = dns as unknown as { lookup: AnyFunction };
  const { connect } = sockets;
  const { lookup } = names;
  sockets.connect = function guarded(this: net.Socket, ...args: unknown[]): unknown {
    const options = optionsOf(args);
    const asked = options?.['host'];
    const host = typeof asked === 'string' ? asked : '';
    const place = placeOf(host, readMap);
    if (options === undefined || place === host) return connect.apply(this, args);
    if (place === undefined) {
      const error = refusal(host, options['port'], report);
      process.nextTick(() => this.destroy(error));
      return this;
    }
    return connect.apply(this, [{ ...options, host: place }, ...args.filter((each) => typeof each === 'function')]);
  };
  names.lookup = (asked, ...rest) => {
    const host = String(asked);
    const place = net.isIP(host) === 0 ? placeOf(host, readMap) : host;
    if (place !== undefined) return lookup(place, ...rest);
    const done = rest.at(-1);
    const error = refusal(host, 0, report);
    if (typeof done === 'function') process.nextTick(() => (done as AnyFunction)(error));
    return undefined;
  };
  return () => {
    sockets.connect = connect;
    names.lookup = lookup;
  };
}

const { KILN_TEST_DIAL_MAP: mapFile, KILN_TEST_DIAL_LOG: logFile } = process.env;
if (mapFile !== undefined && logFile !== undefined) {
  guardDials(
    () => JSON.parse(readFileSync(mapFile, 'utf8')) as DialMap,
    (where) => appendFileSync(logFile, `${where}\n`),
  );
}

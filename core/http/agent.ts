import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent, type AgentOptions } from 'node:https';
import { shownAddress } from './address.ts';
import { proxyFor } from './proxy.ts';

/** Connections to a server, by way of the proxy that the environment names for it. */
export type HttpAgent = PlainAgent | SecureAgent;

/** The proxy that connections to an address take, for Node. Throws `Error` for one that is neither http nor https. */
function proxyOptions(url: URL): AgentOptions {
  const proxy = proxyFor(url, process.env);
  if (proxy === undefined) return {};
  if (/^https?:/i.test(proxy)) return { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
  throw new Error(`the proxy ${shownAddress(proxy)} in the environment is neither http nor https`);
}

/** An agent for one server: scheme, host and port of the address. A server of this machine (`direct`) is asked by no proxy. */
export function agentFor(url: URL, options: AgentOptions = {}, direct = false): HttpAgent {
  const all = direct ? options : { ...options, ...proxyOptions(url) };
  return url.protocol === 'https:' ? new SecureAgent(all) : new PlainAgent(all);
}

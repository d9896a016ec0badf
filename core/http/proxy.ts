import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

function variable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

/** The name or number of a host without the brackets of IPv6. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function inNetwork(host: string, network: string, prefix: string): boolean {
  const bits = Number(prefix);
  if (isIP(host) === 0 || isIP(network) === 0 || !/^\d+$/.test(prefix) || bits > (isIP(network) === 6 ? 128 : 32)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, bits, family(network));
  return list.check(host, family(host));
}

/** This machine, and what only answers this machine, such as a cloud's metadata service. */
function isNear(host: string): boolean {
  if (['localhost', '::1', 'fd00:ec2::254'].includes(host)) return true;
  return isIP(host) === 4 && /^(127|169\.254)\./.test(host);
}

/** Whether one element of NO_PROXY is about this host. A name is also about what is below it. */
function isExempt(element: string, host: string, port: string): boolean {
  if (element === '*') return true;
  const [, network = '', prefix] = /^(.*)\/([^/]*)$/.exec(element) ?? [];
  if (prefix !== undefined) return inNetwork(host, bare(network), prefix);
  const [, beforePort = element, ownPort] = isIP(element) === 6 ? [] : (/^(.*):(\d+)$/.exec(element) ?? []);
  if (ownPort !== undefined && ownPort !== port) return false;
  const name = bare(beforePort).replace(/^\*(?=\.)/, '');
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host;
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

/**
 * The proxy to ask for an address, by HTTP_PROXY, HTTPS_PROXY and NO_PROXY (or their names in lower case) as Go's
 * programs read them: names with what is below them, networks, addresses, ports. This machine and its
 * metadata service are never asked through a proxy.
 */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const proxy = variable(environment, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY').trim();
  if (proxy === '') return undefined;
  const host = bare(url.hostname).toLowerCase().replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (isNear(host)) return undefined;
  const elements = variable(environment, 'NO_PROXY').toLowerCase().split(',');
  const exempt = elements.some((element) => element.trim() !== '' && isExempt(element.trim(), host, port));
  if (exempt) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { httpAddress } from '../../../../builders/qemu/http-address.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { qemuConfig } from '../../../support/qemu/qemu-config.ts';

function has(...addresses: readonly string[]): readonly NetworkInterfaceInfo[] {
  return addresses.map((address) => {
    const common = { address, netmask: '', mac: '', internal: false, cidr: null };
    return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
  });
}

const interfaces = {
  lo: has('127.0.0.1', '::1'),
  eth0: has('192.0.2.7', 'fe80::1', '2001:db8::7'),
  virbr0: has('192.0.2.65'),
};

function addresses(options: JsonObject): ReturnType<typeof httpAddress> {
  return httpAddress(qemuConfig({ ssh_username: 'root', ...options }), interfaces);
}

describe('the HTTP server', () => {
  it.each<[JsonObject, string, string]>([
    [{}, '127.0.0.1', '10.0.2.2'],
    [{ http_bind_address: '0.0.0.0' }, '0.0.0.0', '10.0.2.2'],
    [{ http_bind_address: '::' }, '::', '10.0.2.2'],
    [{ http_bind_address: '192.0.2.7' }, '192.0.2.7', '192.0.2.7'],
    [{ http_interface: 'eth0' }, '192.0.2.7', '192.0.2.7'],
    [{ http_interface: 'eth0', http_bind_address: '0.0.0.0' }, '0.0.0.0', '192.0.2.7'],
    [{ http_interface: 'lo' }, '127.0.0.1', '10.0.2.2'],
    [{ net_bridge: 'virbr0' }, '192.0.2.65', '192.0.2.65'],
    [{ net_bridge: 'virbr0', http_bind_address: '0.0.0.0' }, '0.0.0.0', '192.0.2.65'],
    [{ net_bridge: 'virbr0', http_interface: 'eth0' }, '192.0.2.7', '192.0.2.7'],
    [{ http_network_protocol: 'tcp4' }, '127.0.0.1', '10.0.2.2'],
    [{ http_network_protocol: 'tcp4', http_bind_address: '::' }, '0.0.0.0', '10.0.2.2'],
    [{ http_network_protocol: 'tcp6' }, '::1', '[fec0::2]'],
    [{ http_network_protocol: 'tcp6', http_bind_address: '0.0.0.0' }, '::', '[fec0::2]'],
    [{ http_network_protocol: 'tcp6', http_bind_address: '2001:db8::7' }, '2001:db8::7', '[2001:db8::7]'],
    [{ http_network_protocol: 'tcp6', http_interface: 'eth0' }, '2001:db8::7', '[2001:db8::7]'],
    [{ http_network_protocol: 'tcp6', http_interface: 'lo' }, '::1', '[fec0::2]'],
  ])('with %j listens at %s and is found at %s', (options, bound, seen) => {
    const ipv6Only = options['http_network_protocol'] === 'tcp6';
    expect(addresses(options)).toEqual({ bound, seen, ipv6Only });
  });

  it.each<[JsonObject, string]>([
    [{ http_interface: 'eth9' }, '/http_interface'],
    [{ net_bridge: 'virbr9' }, '/net_bridge'],
    [{ net_bridge: 'virbr0', http_network_protocol: 'tcp6' }, '/net_bridge'],
  ])('with %j has no address, which is the fault of %s', (options, pointer) => {
    expect(() => addresses(options)).toThrow(expect.objectContaining({ code: 'BRIDGE_ADDRESS', pointer }));
  });
});

import { describe, expect, it } from 'vitest';
import { bestEndpoint } from '../../../../../builders/_amazon/guest/instance-connect/endpoint.ts';
import { tunnelUrl } from '../../../../../builders/_amazon/guest/instance-connect/tunnel.ts';

const FIRST = { InstanceConnectEndpointId: 'eice-1', SubnetId: 'subnet-1', DnsName: 'eice-1.example.com' };
const SECOND = { InstanceConnectEndpointId: 'eice-2', SubnetId: 'subnet-2', DnsName: 'eice-2.example.com' };

describe('the endpoint of a VPC', () => {
  it.each([
    ['the one in the subnet', [FIRST, SECOND], 'subnet-2', SECOND],
    ['the first one when none is in the subnet', [FIRST, SECOND], 'subnet-3', FIRST],
    ['the first one while the subnet is not known', [FIRST, SECOND], undefined, FIRST],
    ['none when there is none', [], 'subnet-1', undefined],
  ])('is %s', (_, found, subnetId, best) => {
    expect(bestEndpoint(found, { subnetId })).toEqual(best);
  });
});

describe('the address of a tunnel', () => {
  const options = { endpoint: FIRST, instance: { PrivateIpAddress: '10.0.0.7' }, port: 22 };
  const query = 'instanceConnectEndpointId=eice-1&maxTunnelDuration=3600&privateIpAddress=10.0.0.7&remotePort=22';
  const own = { AWS_ENDPOINT_URL_EC2_INSTANCE_CONNECT: 'https://vpce.example.com' };
  it.each([
    ["is the endpoint's own name", {}, 'wss://eice-1.example.com'],
    [
      'is what the environment names for all services',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:99' },
      'ws://127.0.0.1:99',
    ],
    ['is what it names for this one', { AWS_ENDPOINT_URL: 'http://127.0.0.1:99', ...own }, 'wss://vpce.example.com'],
  ])('%s', (_, environment, address) => {
    expect(tunnelUrl(options, environment).href).toBe(`${address}/openTunnel?${query}`);
  });
});

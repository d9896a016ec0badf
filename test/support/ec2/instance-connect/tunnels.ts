import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Ec2InstanceConnectEndpoint } from '@aws-sdk/client-ec2';
import type { InstanceEntry, Region } from '../region.ts';
import { acceptWebSocket, type ServerSocket } from '../session-manager/web-socket.ts';
import { authenticateQuery } from '../protocol/sign-v4.ts';
import type { World } from '../world.ts';

/** Tunnels of EC2 Instance Connect endpoints, and what tests do to them. */
export interface TestTunnels {
  /** The queries that tunnels were opened with, in order. */
  readonly opened: Readonly<Record<string, string>>[];
  /** Why others were not. */
  readonly refused: string[];
  readonly open: Set<ServerSocket>;
  /** Those that are open break. */
  cut(): void;
}

export function makeTunnels(): TestTunnels {
  const open = new Set<ServerSocket>();
  return {
    opened: [],
    refused: [],
    open,
    cut: () => {
      for (const each of open) each.cut();
    },
  };
}

/** Whether a security group of the instance lets in what the endpoint sends. */
function letsIn(
  region: Region,
  { view }: InstanceEntry,
  { SecurityGroupIds = [], PreserveClientIp }: Ec2InstanceConnectEndpoint,
  port: number,
): boolean {
  return view.SecurityGroups.flatMap(({ GroupId = '' }) => region.securityGroups.peek(GroupId)?.rules ?? []).some(
    ({ permission: { FromPort = 0, ToPort = 0, IpRanges = [], UserIdGroupPairs = [] } }) =>
      FromPort <= port &&
      port <= ToPort &&
      (PreserveClientIp === true
        ? IpRanges.length > 0
        : UserIdGroupPairs.some(({ GroupId = '' }) => SecurityGroupIds.includes(GroupId))),
  );
}

/** The instance that a tunnel leads to. Throws when there is to be no tunnel. */
function targetOf(region: Region, query: Readonly<Record<string, string>>): { host: string; port: number } {
  const { instanceConnectEndpointId = '', privateIpAddress, remotePort, maxTunnelDuration } = query;
  const endpoint = region.instanceConnectEndpoints.peek(instanceConnectEndpointId)?.view;
  if (endpoint?.State !== 'create-complete') throw new Error(`no endpoint ${instanceConnectEndpointId}`);
  const seconds = Number(maxTunnelDuration);
  if (!(seconds >= 1 && seconds <= 3600)) throw new Error(`no tunnel stays for ${String(maxTunnelDuration)} s`);
  const instance = region.instances
    .all()
    .find(({ view }) => view.PrivateIpAddress === privateIpAddress && view.VpcId === endpoint.VpcId);
  if (instance?.view.State.Name !== 'running') throw new Error(`no instance at ${String(privateIpAddress)}`);
  const port = Number(remotePort);
  if (!letsIn(region, instance, endpoint, port)) throw new Error(`no way in to port ${port}`);
  return { host: instance.view.PrivateIpAddress ?? '', port };
}

/** Takes a request for a tunnel. */
export function openTunnel(world: World, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const { tunnels } = world;
  const url = request.url ?? '';
  const query = Object.fromEntries(new URL(url, 'ws://test').searchParams);
  let target: ReturnType<typeof targetOf>;
  try {
    const signed = { method: request.method ?? '', url, headers: request.headers, body: Buffer.alloc(0) };
    const scope = authenticateQuery(world, signed);
    const region = world.regions.get(scope.region);
    if (scope.service !== 'ec2-instance-connect' || region === undefined) throw new Error('signed for another service');
    target = targetOf(region, query);
  } catch (error) {
    tunnels.refused.push(error instanceof Error ? error.message : String(error));
    stream.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  tunnels.opened.push(query);
  const guest = connect(target.port, target.host);
  const socket = acceptWebSocket(request, stream, head, {
    onText: () => socket.cut(),
    onBinary: (data) => void guest.write(data),
    onClose: () => {
      tunnels.open.delete(socket);
      guest.destroy();
    },
  });
  tunnels.open.add(socket);
  guest.on('data', (data: Buffer) => socket.sendBinary(data));
  guest.on('error', () => guest.destroy());
  guest.on('close', () => socket.close());
}

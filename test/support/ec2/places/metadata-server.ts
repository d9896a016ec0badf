import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openSession } from '../other-services/sessions.ts';
import type { World } from '../world.ts';

/** What a machine or a container is told of itself, on loopback. */
export interface MetadataServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT" */
  readonly address: string;
  /** The method and path of each request. */
  readonly asked: readonly string[];
}

const TOKEN = 'imds-token-1';
const CONTAINER_TOKEN = 'container-token-1';
/** What AWS_CONTAINER_AUTHORIZATION_TOKEN is set to. */
export const CONTAINER_AUTHORIZATION: string = `Bearer ${CONTAINER_TOKEN}`;

interface Reply {
  readonly status: number;
  readonly body: string;
}

function credentials(world: World, role: string, seconds: number): Reply {
  const session = openSession(world, world.account, role, 'i-0123456789abcdef0', seconds);
  const said = {
    Code: 'Success',
    Type: 'AWS-HMAC',
    LastUpdated: new Date().toISOString(),
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: session.expiration.toISOString(),
  };
  return { status: 200, body: JSON.stringify(said) };
}

/** Of the first instance that runs in the region; nothing when none does. */
function identity(world: World, region: string): Reply {
  const running = world.regions.get(region)?.instances.all() ?? [];
  const view = running.find((each) => each.view.State.Name === 'running')?.view;
  if (view === undefined) return { status: 404, body: '' };
  const { InstanceId: instanceId, Placement } = view;
  const said = { accountId: world.account, architecture: 'x86_64', region, instanceId };
  return { status: 200, body: JSON.stringify({ ...said, availabilityZone: Placement.AvailabilityZone }) };
}

function machine(world: World, path: string, role: string, region: string): Reply {
  switch (path) {
    case '/latest/meta-data/iam/security-credentials/':
      return { status: 200, body: role };
    case `/latest/meta-data/iam/security-credentials/${role}`:
      return credentials(world, role, 3600);
    case '/latest/meta-data/placement/region':
      return { status: 200, body: region };
    case '/latest/dynamic/instance-identity/document':
      return identity(world, region);
    default:
      return { status: 404, body: '' };
  }
}

function reply(world: World, request: IncomingMessage, role: string, region: string): Reply {
  const { method = '', url = '', headers } = request;
  if (url === '/container') {
    return headers.authorization === CONTAINER_AUTHORIZATION
      ? credentials(world, 'task', 3600)
      : { status: 401, body: '' };
  }
  if (url === '/latest/api/token') {
    const given = method === 'PUT' && headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
    return given ? { status: 200, body: TOKEN } : { status: 400, body: '' };
  }
  // Version 2 only: nothing without the token.
  if (headers['x-aws-ec2-metadata-token'] !== TOKEN) return { status: 401, body: '' };
  return machine(world, url, role, region);
}

/** Serves the metadata of a machine (IMDSv2) with this role, and under /container what a container is given. */
export async function startMetadataServer(
  world: World,
  role = 'runner',
  region = 'us-west-2',
): Promise<MetadataServer> {
  const asked: string[] = [];
  const server = createServer((request, response: ServerResponse) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { status, body } = reply(world, request, role, region);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

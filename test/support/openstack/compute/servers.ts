import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { part, type Call, type Reply, type Route } from '../call.ts';
import { badRequest, conflict } from '../problem.ts';
import { complaintAbout } from '../recorded/schemas.ts';
import { timestamp } from '../world.ts';
import { createServer } from './create-server.ts';
import { findServer, isOwn } from './find.ts';
import { remove } from './life.ts';
import { links, page } from './links.ts';
import { serverView, type Server } from './server.ts';

/** Whether a server is what the query asks for. */
function isAsked({ url }: Call, server: Server): boolean {
  const { searchParams: query } = url;
  const name = query.get('name');
  const status = query.get('status');
  const tags = query.get('tags')?.split(',') ?? [];
  const any = query.get('tags-any')?.split(',');
  return (
    (name === null || new RegExp(name).test(server.name)) &&
    (status === null || status.toUpperCase() === server.status) &&
    tags.every((tag) => server.tags.includes(tag)) &&
    (any === undefined || any.some((tag) => server.tags.includes(tag)))
  );
}

/** What a query may ask for is checked from 2.75 on; before that unknown words are passed over. */
function checkQuery(call: Call): void {
  const query: Record<string, string[]> = {};
  for (const name of call.url.searchParams.keys()) query[name] = call.url.searchParams.getAll(name);
  const complaint = complaintAbout('compute', 'listServers', call.minor, query);
  if (complaint !== undefined) throw badRequest(complaint.reason);
}

function listed(call: Call): ReturnType<typeof page<Server>> {
  checkQuery(call);
  const own = call.region.servers.listed().filter((server) => isOwn(call, server) && isAsked(call, server));
  return page(call, 'servers', own.toReversed());
}

function pemOf(line: string): string {
  const body = Buffer.from(line.split(/\s+/)[1] ?? '', 'base64');
  const fields: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const length = body.readUInt32BE(at);
    fields.push(body.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [, e = Buffer.alloc(0), n = Buffer.alloc(0)] = fields;
  const number = (bytes: Buffer): string => (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', e: number(e), n: number(n) }, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** What cloudbase-init has put there: a password that only the server's key reads. */
function password({ world }: Call, server: Server): string {
  const isWindows = server.image?.properties['os_type'] === 'windows';
  if (!isWindows || server.keypair === undefined || world.clock.now() < server.passwordAt) return '';
  const key = { key: pemOf(server.keypair.publicKey), padding: constants.RSA_PKCS1_PADDING };
  server.password ??= publicEncrypt(key, Buffer.from('Windows pass/word 1')).toString('base64');
  return server.password;
}

function changeMetadata(call: Call, replace: boolean): Reply {
  const server = findServer(call);
  const given = part(call, 'metadata') as Record<string, string>;
  server.metadata = { ...(replace ? {} : server.metadata), ...given };
  server.updated = timestamp(call.world);
  return { body: { metadata: server.metadata } };
}

function interfaces(call: Call): object[] {
  return findServer(call).ports.map((port) => ({
    net_id: port.network_id,
    port_id: port.id,
    mac_addr: port.mac_address,
    port_state: port.status,
    fixed_ips: port.fixed_ips,
    ...(call.minor < 70 ? {} : { tag: null }),
  }));
}

const SERVER = '/servers/:id';

export const serverRoutes: readonly Route[] = [
  { name: 'createServer', method: 'POST', path: '/servers', schema: 'createServer', act: createServer },
  {
    name: 'listServers',
    method: 'GET',
    path: '/servers',
    act: (call) => {
      const { shown, next } = listed(call);
      const servers = shown.map(({ id, name }) => ({ id, name, links: links(call, 'servers', id) }));
      return { body: { servers, ...next } };
    },
  },
  {
    name: 'listServersDetail',
    method: 'GET',
    path: '/servers/detail',
    act: (call) => {
      const { shown, next } = listed(call);
      return { body: { servers: shown.map((server) => serverView(call, server)), ...next } };
    },
  },
  {
    name: 'showServer',
    method: 'GET',
    path: SERVER,
    act: (call) => ({ body: { server: serverView(call, findServer(call)) } }),
  },
  {
    name: 'updateServer',
    method: 'PUT',
    path: SERVER,
    schema: 'updateServer',
    act: (call) => {
      const server = findServer(call);
      const { name } = part(call, 'server') as { readonly name?: string };
      if (name !== undefined) server.name = name;
      return { body: { server: serverView(call, server) } };
    },
  },
  {
    name: 'deleteServer',
    method: 'DELETE',
    path: SERVER,
    act: (call) => {
      remove(call, findServer(call));
      return { status: 204 };
    },
  },
  {
    name: 'listInterfaces',
    method: 'GET',
    path: `${SERVER}/os-interface`,
    act: (call) => ({ body: { interfaceAttachments: interfaces(call) } }),
  },
  {
    name: 'showPassword',
    method: 'GET',
    path: `${SERVER}/os-server-password`,
    act: (call) => ({ body: { password: password(call, findServer(call)) } }),
  },
  {
    name: 'listServerMetadata',
    method: 'GET',
    path: `${SERVER}/metadata`,
    act: (call) => ({ body: { metadata: findServer(call).metadata } }),
  },
  {
    name: 'createServerMetadata',
    method: 'POST',
    path: `${SERVER}/metadata`,
    schema: 'createMetadata',
    act: (call) => changeMetadata(call, false),
  },
  {
    name: 'replaceServerMetadata',
    method: 'PUT',
    path: `${SERVER}/metadata`,
    schema: 'replaceMetadata',
    act: (call) => changeMetadata(call, true),
  },
  {
    name: 'listServerTags',
    method: 'GET',
    path: `${SERVER}/tags`,
    since: 26,
    act: (call) => ({ body: { tags: findServer(call).tags } }),
  },
  {
    name: 'replaceServerTags',
    method: 'PUT',
    path: `${SERVER}/tags`,
    since: 26,
    schema: 'replaceTags',
    act: (call) => {
      const server = findServer(call);
      server.tags = part(call, 'tags') as string[];
      return { body: { tags: server.tags } };
    },
  },
  {
    name: 'addServerTag',
    method: 'PUT',
    path: `${SERVER}/tags/:tag`,
    since: 26,
    act: (call) => {
      const server = findServer(call);
      if (server.vmState === 'error')
        throw conflict(`Cannot 'update tag' instance ${server.id} while it is in vm_state error`);
      server.tags = [...new Set([...server.tags, call.path['tag'] ?? ''])];
      return { status: 201 };
    },
  },
  {
    name: 'listServerVolumes',
    method: 'GET',
    path: `${SERVER}/os-volume_attachments`,
    act: (call) => {
      const server = findServer(call);
      const volumeAttachments = server.volumes.map(({ id, device }) => ({
        id,
        volumeId: id,
        serverId: server.id,
        device,
      }));
      return { body: { volumeAttachments } };
    },
  },
  {
    name: 'listServerSecurityGroups',
    method: 'GET',
    path: `${SERVER}/os-security-groups`,
    act: (call) => {
      const ids = new Set(findServer(call).ports.flatMap((port) => port.security_groups));
      const groups = [...ids].flatMap((id) => call.region.securityGroups.peek(id) ?? []);
      return {
        body: {
          security_groups: groups.map(({ id, name, description, tenant_id }) => ({
            id,
            name,
            description,
            tenant_id,
            rules: [],
          })),
        },
      };
    },
  },
];

import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { textAt } from '../guards.ts';
import { objectIn } from '../service/answers.ts';
import { readPages } from '../service/pages.ts';
import { path } from '../service/path.ts';
import type { Service, ServiceAnswer } from '../service/service.ts';
import { serverMicroversion } from './server-microversion.ts';
import type {
  InterfaceAttachment,
  NewServer,
  SchedulerHints,
  Server,
  ServerFilter,
  ServerRequest,
  VolumeAttachment,
} from './types.ts';

/** Nova's servers. Every call throws `OpenStackError`. */
export interface Servers {
  /** Resolves when Nova has begun to make it. */
  create(request: ServerRequest, hints?: SchedulerHints, call?: Call): Promise<NewServer>;
  get(id: string, call?: Call): Promise<Server>;
  list(filter?: ServerFilter, call?: Call): Promise<readonly Server[]>;
  /** Resolves when Nova has begun to delete it. */
  delete(id: string, call?: Call): Promise<void>;
  /** At once, whatever state it is in and also where deletion is otherwise put off. */
  forceDelete(id: string, call?: Call): Promise<void>;
  /** Shuts it down; resolves when Nova has begun to. */
  stop(id: string, call?: Call): Promise<void>;
  start(id: string, call?: Call): Promise<void>;
  reboot(id: string, type: 'SOFT' | 'HARD', call?: Call): Promise<void>;
  /** Begins to make an image of its disk; the image's id. */
  createImage(
    id: string,
    image: { name: string; metadata?: Readonly<Record<string, string>> },
    call?: Call,
  ): Promise<string>;
  /** The administrator's password, encrypted (RSA, base64) for the server's key pair; undefined as long as there is none. */
  getPassword(id: string, call?: Call): Promise<string | undefined>;
  /** The end of what the serial console has said; all that Nova has without `lines`. */
  consoleOutput(id: string, lines?: number, call?: Call): Promise<string>;
  interfaces(id: string, call?: Call): Promise<readonly InterfaceAttachment[]>;
  attachPort(id: string, port: string, call?: Call): Promise<InterfaceAttachment>;
  attachVolume(id: string, volume: string, device?: string, call?: Call): Promise<VolumeAttachment>;
  detachVolume(id: string, volume: string, call?: Call): Promise<void>;
  /** Adds to its metadata, and replaces what has one of these keys. */
  setMetadata(id: string, metadata: Readonly<Record<string, string>>, call?: Call): Promise<void>;
  deleteMetadata(id: string, key: string, call?: Call): Promise<void>;
}

/** The image's id: in the body from microversion 2.45 on, before that the end of the header Location. */
function imageIdIn({ body, headers }: ServiceAnswer): string {
  const id = textAt(body, 'image_id') ?? headers.location?.replace(/[?#].*$/, '').replace(/^.*\//, '');
  if (id !== undefined && id !== '') return id;
  throw new OpenStackError('Nova has begun to make an image and does not say which', {
    ...{ reason: 'bad-answer', service: 'compute', mayHaveHappened: true },
  });
}

function hasMetadata({ metadata = {} }: ServerFilter): (server: Server) => boolean {
  const wanted = Object.entries(metadata);
  return (server) => wanted.every(([key, value]) => server.metadata[key] === value);
}

export function servers(service: Service): Servers {
  async function act(id: string, action: object, call: Call | undefined): Promise<ServiceAnswer> {
    const request = { method: 'POST', path: path`servers/${id}/action`, payload: { json: action } };
    return service.send(request, call);
  }

  async function command(id: string, action: object, call: Call | undefined): Promise<void> {
    await act(id, action, call);
  }

  return {
    create: async (request, hints, call) => {
      const json = { server: request, ...(hints === undefined ? {} : { 'os:scheduler_hints': hints }) };
      const microversion = serverMicroversion(request);
      return objectIn(
        await service.send({ method: 'POST', path: 'servers', microversion, payload: { json } }, call),
        'server',
      );
    },
    get: async (id, call) => objectIn(await service.send({ method: 'GET', path: path`servers/${id}` }, call), 'server'),
    list: async (filter = {}, call) => {
      const { metadata: _, tags, ...plain } = filter;
      const query = { ...plain, tags: tags?.join(',') };
      const microversion = tags === undefined ? undefined : { version: '2.26', reason: 'finding servers by tags' };
      const found = await readPages<Server>(
        service,
        { path: 'servers/detail', key: 'servers', query, microversion },
        call,
      );
      return found.filter(hasMetadata(filter));
    },
    delete: async (id, call) => {
      await service.send({ method: 'DELETE', path: path`servers/${id}` }, call);
    },
    forceDelete: (id, call) => command(id, { forceDelete: null }, call),
    stop: (id, call) => command(id, { 'os-stop': null }, call),
    start: (id, call) => command(id, { 'os-start': null }, call),
    reboot: (id, type, call) => command(id, { reboot: { type } }, call),
    createImage: async (id, image, call) => imageIdIn(await act(id, { createImage: image }, call)),
    getPassword: async (id, call) => {
      const { body } = await service.send({ method: 'GET', path: path`servers/${id}/os-server-password` }, call);
      return textAt(body, 'password');
    },
    consoleOutput: async (id, lines, call) => {
      const { body } = await act(id, { 'os-getConsoleOutput': lines === undefined ? {} : { length: lines } }, call);
      return textAt(body, 'output') ?? '';
    },
    interfaces: async (id, call) => {
      return readPages(service, { path: path`servers/${id}/os-interface`, key: 'interfaceAttachments' }, call);
    },
    attachPort: async (id, port, call) => {
      const json = { interfaceAttachment: { port_id: port } };
      const request = { method: 'POST', path: path`servers/${id}/os-interface`, payload: { json } };
      return objectIn(await service.send(request, call), 'interfaceAttachment');
    },
    attachVolume: async (id, volume, device, call) => {
      const json = { volumeAttachment: { volumeId: volume, ...(device === undefined ? {} : { device }) } };
      const request = { method: 'POST', path: path`servers/${id}/os-volume_attachments`, payload: { json } };
      return objectIn(await service.send(request, call), 'volumeAttachment');
    },
    detachVolume: async (id, volume, call) => {
      await service.send({ method: 'DELETE', path: path`servers/${id}/os-volume_attachments/${volume}` }, call);
    },
    setMetadata: async (id, metadata, call) => {
      const request = { method: 'POST', path: path`servers/${id}/metadata`, payload: { json: { metadata } } };
      await service.send(request, call);
    },
    deleteMetadata: async (id, key, call) => {
      await service.send({ method: 'DELETE', path: path`servers/${id}/metadata/${key}` }, call);
    },
  };
}

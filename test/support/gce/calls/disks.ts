import { scopePath, type Call, type Handlers } from '../call.ts';
import { operate, type OperationFault } from '../operations.ts';
import { alreadyExists, inUse, invalidValue, notFound, notReady } from '../problem.ts';
import { quotaFault } from '../quotas.ts';
import type { Disk, DiskView, Image } from '../resources.ts';
import { link, pathOf, timestamp, type World } from '../world.ts';
import { filtered } from './filter.ts';
import { findSource } from './images.ts';
import { DISK_TYPES } from './places.ts';

/** What a new disk is made of. */
export interface DiskPlan {
  readonly name: string;
  /** "projects/p/zones/z" */
  readonly place: string;
  readonly project: string;
  readonly type: string;
  readonly sizeGb: number;
  readonly image: Image | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly more: Partial<DiskView>;
}

/** The last part of a disk type's link. */
export function diskType(text: string | null | undefined, field: string): string {
  const name = (text ?? 'pd-standard').split('/').at(-1) ?? '';
  if (DISK_TYPES.includes(name)) return name;
  throw invalidValue(field, text, 'The referenced disk type cannot be found.');
}

/** @throws GoogleProblem when the image needs more */
export function sizeFor(image: Image | undefined, asked: string | null | undefined, field: string): number {
  const least = Number(image?.view.diskSizeGb ?? 10);
  const size = asked === undefined || asked === null || asked === '0' ? least : Number(asked);
  if (image === undefined || size >= least) return size;
  throw invalidValue(field, size, `Requested disk size cannot be smaller than the image size (${String(least)} GB)`);
}

/** Puts a disk there, whose making may still take its time. */
export function addDisk(world: World, plan: DiskPlan, users: readonly string[], status: string): Disk {
  const { name, place, project, type, sizeGb, image, labels, more } = plan;
  const path = `${place}/disks/${name}`;
  const view: DiskView = {
    kind: 'compute#disk',
    id: world.newId(),
    creationTimestamp: timestamp(world),
    name,
    sizeGb: String(sizeGb),
    type: link(`${place}/diskTypes/${type}`),
    zone: link(place),
    status,
    selfLink: link(path),
    labels: { ...labels },
    labelFingerprint: 'QmxhY2s=',
    ...(users.length === 0 ? {} : { users: [...users] }),
    ...(image === undefined ? {} : { sourceImage: link(image.path), sourceImageId: image.view.id ?? '' }),
    ...(image?.view.licenses === undefined ? {} : { licenses: image.view.licenses ?? [] }),
    ...(image?.view.guestOsFeatures === undefined ? {} : { guestOsFeatures: image.view.guestOsFeatures }),
    ...(image?.view.architecture === undefined ? {} : { architecture: image.view.architecture }),
    ...more,
  };
  if (project === '') throw new Error('a disk without a project');
  return world.disks.add(path, { path, view, contents: image?.contents ?? [] });
}

function insert(call: Call): object {
  const { world, path, query } = call;
  const body = call.body as DiskView;
  const place = scopePath(call);
  const { project = '' } = path;
  const name = body.name ?? '';
  const target = `${place}/disks/${name}`;
  if (world.disks.peek(target) !== undefined) throw alreadyExists(target);
  const source = query.get('sourceImage') ?? body.sourceImage ?? undefined;
  const image = source === undefined ? undefined : findSource(world, pathOf(source, project), 'sourceImage');
  const type = diskType(body.type, 'resource.type');
  const sizeGb = sizeFor(image, body.sizeGb, 'resource.sizeGb');
  const more = { ...body };
  for (const member of ['name', 'sizeGb', 'type', 'sourceImage', 'labels'] as const)
    Reflect.deleteProperty(more, member);
  const plan = { name, place, project, type, sizeGb, image, labels: body.labels ?? {}, more };
  const fault: OperationFault | undefined = quotaFault(call, { DISKS_TOTAL_GB: type === 'pd-standard' ? sizeGb : 0 });
  const disk = addDisk(world, plan, [], 'CREATING');
  return operate(call, {
    type: 'insert',
    target,
    targetId: disk.view.id,
    milliseconds: world.durations.disk,
    fault,
    done: () => (disk.view.status = 'READY'),
    undo: () => world.disks.remove(target),
  });
}

/** @throws GoogleProblem when there is none */
function find(call: Call): Disk {
  return call.world.disks.get(`${scopePath(call)}/disks/${call.path['disk'] ?? ''}`);
}

function remove(call: Call): object {
  const disk = find(call);
  const [user] = disk.view.users ?? [];
  if (user !== undefined) throw inUse('disk', disk.path, pathOf(user, ''));
  if (disk.view.status === 'CREATING') throw notReady(disk.path);
  if (call.world.images.all().some(({ view }) => view.status === 'PENDING' && view.sourceDisk === link(disk.path))) {
    throw notReady(disk.path);
  }
  disk.view.status = 'DELETING';
  return operate(call, {
    type: 'delete',
    target: disk.path,
    targetId: disk.view.id,
    milliseconds: call.world.durations.disk,
    done: () => call.world.disks.remove(disk.path),
    undo: () => (disk.view.status = 'READY'),
  });
}

function list(call: Call): object {
  const place = `${scopePath(call)}/disks/`;
  const views = call.world.disks.listed().filter(({ path }) => path.startsWith(place));
  return {
    kind: 'compute#diskList',
    id: place,
    items: filtered(
      call,
      views.map(({ view }) => view),
    ),
  };
}

/** Disks of a zone and of a region are kept alike. */
export const diskCalls: Handlers = {
  'disks.insert': insert,
  'disks.get': (call) => find(call).view,
  'disks.delete': remove,
  'disks.list': list,
  'regionDisks.insert': insert,
  'regionDisks.get': (call) => find(call).view,
  'regionDisks.delete': remove,
};

/** @throws GoogleProblem as the insert of an instance answers it */
export function findDisk(world: World, path: string): Disk {
  const found = world.disks.peek(path);
  if (found === undefined) throw notFound(path);
  return found;
}

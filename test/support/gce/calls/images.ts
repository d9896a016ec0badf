import { type Call, type Handlers } from '../call.ts';
import { operate, type OperationFault } from '../operations.ts';
import { alreadyExists, GoogleProblem, inUse, invalidValue, notFound } from '../problem.ts';
import type { Disk, Image, ImageView } from '../resources.ts';
import { link, pathOf, timestamp, type World } from '../world.ts';
import { filtered } from './filter.ts';

function pathIn({ path: { project = '', image = '' } }: Call): string {
  return `projects/${project}/global/images/${image}`;
}

function isUsable({ view }: Image): boolean {
  return view.status === 'READY' && (view.deprecated?.state ?? 'ACTIVE') === 'ACTIVE';
}

function newest(images: readonly Image[]): Image | undefined {
  return images
    .toSorted((a, b) => (a.view.creationTimestamp ?? '').localeCompare(b.view.creationTimestamp ?? ''))
    .at(-1);
}

function inFamily(world: World, project: string, family: string): Image | undefined {
  const own = `projects/${project}/global/images/`;
  return newest(
    world.images.all().filter((image) => image.path.startsWith(own) && image.view.family === family && isUsable(image)),
  );
}

/**
 * The image that a path or a family's path names, to make a disk of it.
 * @throws GoogleProblem as the call whose field it is answers it
 */
export function findSource(world: World, path: string, field: string): Image {
  const [, project = '', family] = /^projects\/([^/]+)\/global\/images\/family\/(.+)$/.exec(path) ?? [];
  const found = family === undefined ? world.images.peek(path) : inFamily(world, project, family);
  if (found === undefined) throw notFound(path);
  if (found.view.status !== 'READY')
    throw new GoogleProblem(400, 'resourceNotReady', `The resource '${path}' is not ready`);
  if (found.view.deprecated?.state !== 'OBSOLETE' && found.view.deprecated?.state !== 'DELETED') return found;
  throw invalidValue(field, path, `The referenced image resource is ${found.view.deprecated.state}.`);
}

function getFromFamily(call: Call): object {
  const { project = '', family = '' } = call.path;
  const found = inFamily(call.world, project, family);
  if (found === undefined) throw notFound(`projects/${project}/global/images/family/${family}`);
  return found.view;
}

function sourceDisk(call: Call, body: ImageView): Disk | undefined {
  if (body.sourceDisk === undefined || body.sourceDisk === null) return undefined;
  const path = pathOf(body.sourceDisk, call.path['project'] ?? '');
  const disk = call.world.disks.peek(path);
  if (disk === undefined) throw notFound(path);
  const users = (disk.view.users ?? []).map((user) => pathOf(user, ''));
  const user = users.find((each) => call.world.instances.peek(each)?.view.status !== 'TERMINATED');
  if (user !== undefined && call.query.get('forceCreate') !== 'true') throw inUse('disk', path, user);
  return disk;
}

function sourceOf(call: Call, body: ImageView): { readonly disk: Disk | undefined; readonly image: Image | undefined } {
  const disk = sourceDisk(call, body);
  const { project = '' } = call.path;
  const source = body.sourceImage ?? undefined;
  const image =
    source === undefined ? undefined : findSource(call.world, pathOf(source, project), 'resource.sourceImage');
  const raw = body.rawDisk?.source ?? undefined;
  if ([disk, image, raw].filter((each) => each !== undefined).length === 1) return { disk, image };
  throw new GoogleProblem(
    400,
    'invalid',
    "Invalid resource usage: 'Exactly one of sourceDisk, rawDisk, sourceImage and sourceSnapshot has to be given'.",
  );
}

const SOURCE =
  /^https:\/\/(?:storage\.googleapis\.com\/([^/]+)\/(.+)|www\.googleapis\.com\/storage\/v1\/b\/([^/]+)\/o\/(.+))$/;

/** Why no image can be made of an archive; undefined when it can. */
async function archiveFault(call: Call, source: string | null | undefined): Promise<OperationFault | undefined> {
  const { storageUrl } = call.world.options;
  if (source === undefined || source === null) return undefined;
  const [whole, shortBucket, shortName, bucket = shortBucket, name = shortName] = SOURCE.exec(source) ?? [];
  if (whole === undefined) {
    throw invalidValue('resource.rawDisk.source', source, 'The provided source is not a supported file.');
  }
  if (storageUrl === undefined) return undefined;
  const object = `${storageUrl}/storage/v1/b/${bucket ?? ''}/o/${encodeURIComponent(decodeURIComponent(name ?? ''))}`;
  const { status } = await fetch(object);
  if (status === 200) return undefined;
  const message = `The resource '${source}' was not found`;
  return { code: 'RESOURCE_NOT_FOUND', message };
}

async function insert(call: Call): Promise<object> {
  const { world, path } = call;
  const body = call.body as ImageView;
  const name = body.name ?? '';
  const target = `projects/${path['project'] ?? ''}/global/images/${name}`;
  if (world.images.peek(target) !== undefined) throw alreadyExists(target);
  const { disk, image: source } = sourceOf(call, body);
  const inherited = disk?.view ?? source?.view;
  const features = [...(inherited?.guestOsFeatures ?? []), ...(body.guestOsFeatures ?? [])];
  const licenses = [...(inherited?.licenses ?? []), ...(body.licenses ?? [])];
  const view: ImageView = {
    ...body,
    kind: 'compute#image',
    id: world.newId(),
    creationTimestamp: timestamp(world),
    sourceType: 'RAW',
    status: 'PENDING',
    diskSizeGb: disk?.view.sizeGb ?? source?.view.diskSizeGb ?? '10',
    labelFingerprint: 'QmxhY2s=',
    selfLink: link(target),
    ...(disk === undefined ? {} : { sourceDisk: link(disk.path), sourceDiskId: disk.view.id ?? '' }),
    ...(features.length === 0 ? {} : { guestOsFeatures: unique(features) }),
    ...(licenses.length === 0 ? {} : { licenses: [...new Set(licenses)] }),
  };
  const fault = await archiveFault(call, body.rawDisk?.source);
  const image = world.images.add(target, { path: target, view, contents: disk?.contents ?? source?.contents ?? [] });
  return operate(call, {
    type: 'insert',
    target,
    targetId: view.id,
    milliseconds: world.durations.image,
    fault,
    done: () => {
      image.view.status = 'READY';
      image.view.archiveSizeBytes = '1073741824';
    },
    undo: () => (image.view.status = 'FAILED'),
  });
}

function unique(features: readonly { type?: string | null }[]): { type?: string | null }[] {
  return [...new Map(features.map((each) => [each.type ?? '', each])).values()];
}

function remove(call: Call): object {
  const image = call.world.images.get(pathIn(call));
  image.view.status = 'DELETING';
  return operate(call, {
    type: 'delete',
    target: image.path,
    targetId: image.view.id,
    milliseconds: call.world.durations.change,
    done: () => call.world.images.remove(image.path),
  });
}

function deprecate(call: Call): object {
  const image = call.world.images.get(pathIn(call));
  const body = call.body as NonNullable<ImageView['deprecated']>;
  for (const member of ['deprecated', 'obsolete', 'deleted'] as const) {
    const text = body[member] ?? undefined;
    if (text !== undefined && Number.isNaN(Date.parse(text))) {
      throw invalidValue(`resource.${member}`, text, 'Must be a valid RFC3339 timestamp.');
    }
  }
  return operate(call, {
    type: 'deprecate',
    target: image.path,
    targetId: image.view.id,
    milliseconds: call.world.durations.change,
    done: () => (image.view.deprecated = body),
  });
}

function setLabels(call: Call): object {
  const { project = '', resource = '' } = call.path;
  const image = call.world.images.get(`projects/${project}/global/images/${resource}`);
  const { labels = {}, labelFingerprint } = call.body as Pick<ImageView, 'labels' | 'labelFingerprint'>;
  if (labelFingerprint !== image.view.labelFingerprint) {
    throw new GoogleProblem(
      412,
      'conditionNotMet',
      'Labels fingerprint either invalid or resource labels have changed',
    );
  }
  return operate(call, {
    type: 'setLabels',
    target: image.path,
    targetId: image.view.id,
    milliseconds: call.world.durations.change,
    done: () => (image.view.labels = labels),
  });
}

function list(call: Call): object {
  const own = `projects/${call.path['project'] ?? ''}/global/images/`;
  const views = call.world.images.listed().filter(({ path }) => path.startsWith(own));
  return {
    kind: 'compute#imageList',
    id: own,
    items: filtered(
      call,
      views.map(({ view }) => view),
    ),
  };
}

export const imageCalls: Handlers = {
  'images.get': (call) => call.world.images.get(pathIn(call)).view,
  'images.getFromFamily': getFromFamily,
  'images.insert': insert,
  'images.delete': remove,
  'images.deprecate': deprecate,
  'images.setLabels': setLabels,
  'images.list': list,
};

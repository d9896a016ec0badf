import type { Call, Reply } from '../call.ts';
import { ApiProblem, badRequest, conflict, forbidden } from '../problem.ts';
import { complaintAbout, inPython } from '../recorded/schemas.ts';
import { timestamp } from '../world.ts';
import { isAdmin, ownImage } from './find.ts';
import { imageView, type Image } from './image.ts';

interface Change {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

const TYPES = ['application/openstack-images-v2.0-json-patch', 'application/openstack-images-v2.1-json-patch'];

/** Members that only Glance itself changes. */
const READ_ONLY = [
  ...[
    'status',
    'size',
    'virtual_size',
    'checksum',
    'created_at',
    'updated_at',
    'owner',
    'id',
    'self',
    'file',
    'schema',
  ],
  ...['os_hash_algo', 'os_hash_value', 'direct_url'],
];

const RESERVED = ['location', 'deleted', 'deleted_at'];

export function refuseReadOnly(names: readonly string[]): void {
  const found = names.find((name) => READ_ONLY.includes(name));
  if (found !== undefined) throw forbidden(`Attribute '${found}' is read-only.`);
  const reserved = names.find((name) => RESERVED.includes(name) || name.startsWith('os_glance'));
  if (reserved !== undefined) throw forbidden(`Attribute '${reserved}' is reserved.`);
}

/** @throws ApiProblem when an image with these members does not fit Glance's schema */
export function checkMembers(members: object): void {
  const complaint = complaintAbout('image', 'createImage', 0, members);
  if (complaint !== undefined) throw badRequest(`Provided object does not match schema 'image': ${complaint.reason}`);
}

/** Only who may publicize makes an image public. */
export function checkVisibility(call: Call, visibility: unknown): void {
  if (visibility === 'public' && !isAdmin(call)) {
    throw forbidden('You are not authorized to complete publicize_image action.');
  }
}

function readChanges({ body, headers }: Call): readonly Change[] {
  const type = String(headers['content-type']);
  if (!TYPES.includes(type)) {
    const accepted = { 'Accept-Patch': TYPES.join(', ') };
    throw new ApiProblem(415, `The request media type ${type} is not supported by this server.`, undefined, accepted);
  }
  if (!Array.isArray(body)) throw badRequest('Request body must be a JSON array of operation objects.');
  for (const each of body as readonly Partial<Change>[]) {
    if (!['add', 'remove', 'replace'].includes(each.op ?? '')) {
      throw badRequest(`Invalid operation: \`${each.op}\`. It must be one of the following: add, remove, replace.`);
    }
    if (typeof each.path !== 'string' || !/^\/[^/]+(\/[^/]+)?$/.test(each.path)) {
      throw badRequest(`Invalid JSON pointer for this resource: '${each.path}'`);
    }
    if (each.op !== 'remove' && !('value' in each))
      throw badRequest('Operation "add" requires a member named "value".');
  }
  return body as readonly Change[];
}

function removeMember(image: Image, name: string): void {
  if (name in image.base || name === 'tags') throw forbidden(`Property ${name} may not be removed.`);
  if (!(name in image.properties)) throw conflict(`Property ${name} does not exist.`, 'detail');
  const { [name]: _removed, ...kept } = image.properties;
  image.properties = kept;
}

function setMember(image: Image, op: string, name: string, value: unknown): void {
  if (name === 'tags') {
    image.tags = [...new Set(value as string[])];
  } else if (name in image.base) {
    Object.assign(image.base, { [name]: value });
  } else {
    if (op === 'replace' && !(name in image.properties)) throw conflict(`Property ${name} does not exist.`, 'detail');
    image.properties[name] = value as string;
  }
}

function checkChange(call: Call, image: Image, { op, path, value }: Change): string {
  const name = path.slice(1);
  refuseReadOnly([name]);
  if (op === 'remove') return name;
  checkMembers({ [name]: value });
  if (name === 'visibility') checkVisibility(call, value);
  const format = name === 'disk_format' || name === 'container_format';
  if (format && image.status !== 'queued') {
    throw forbidden(`Attribute ${name} can be only replaced for a queued image.`);
  }
  if (name === 'name' && typeof value !== 'string') throw badRequest(`${inPython(value)} is not a name`);
  return name;
}

/** PATCH /v2/images/ID: all changes or none. */
export function patchImage(call: Call): Reply {
  const changes = readChanges(call);
  const image = ownImage(call);
  const names = changes.map((change) => checkChange(call, image, change));
  for (const [index, { op, value }] of changes.entries()) {
    const name = names[index] ?? '';
    if (op === 'remove') removeMember(image, name);
    else setMember(image, op, name, value);
  }
  image.updated_at = timestamp(call.world);
  return { body: imageView(image) };
}

import type { Call, Reply, Route } from '../call.ts';
import { conflict, forbidden, notFound } from '../problem.ts';
import { timestamp } from '../world.ts';
import { dataRoutes } from './data.ts';
import { findImage, ownImage } from './find.ts';
import { imageView, newImage, type Image } from './image.ts';
import { importMethods, importRoutes } from './import.ts';
import { listImages } from './list.ts';
import { memberRoutes } from './members.ts';
import { checkMembers, checkVisibility, patchImage, refuseReadOnly } from './patch.ts';

const BASE = ['name', 'disk_format', 'container_format', 'visibility', 'protected', 'min_ram', 'min_disk', 'os_hidden'];

function createImage(call: Call): Reply {
  const { world, region, caller } = call;
  const {
    id: asked,
    tags = [],
    ...given
  } = (call.body ?? {}) as Partial<Record<string, unknown>> & { readonly tags?: string[] };
  if ('stores' in given) throw forbidden("Attribute 'stores' is read-only.");
  refuseReadOnly(Object.keys(given));
  checkMembers(call.body ?? {});
  checkVisibility(call, given['visibility']);
  if (asked !== undefined && region.images.peek(asked as string) !== undefined) {
    throw conflict(`Image ID ${asked as string} already exists!`);
  }
  const entries = Object.entries(given);
  const base = Object.fromEntries(entries.filter(([name]) => BASE.includes(name))) as Partial<Image['base']>;
  const properties = Object.fromEntries(entries.filter(([name]) => !BASE.includes(name))) as Record<string, string>;
  const made = newImage(world, { owner: caller.project?.id ?? '', base, properties, tags });
  const image = asked === undefined ? made : { ...made, id: asked as string };
  region.images.add(image.id, image);
  return {
    status: 201,
    headers: {
      Location: `${call.base}/images/${image.id}`,
      'Openstack-Image-Import-Methods': importMethods(world).join(','),
      'Openstack-Image-Store-Ids': 'disk',
    },
    body: imageView(image),
  };
}

function deleteImage(call: Call): Reply {
  const image = ownImage(call, (id) => `Failed to find image ${id} to delete`);
  if (image.base.protected) throw forbidden(`Image ${image.id} is protected and cannot be deleted.`);
  call.region.images.remove(image.id);
  return { status: 204 };
}

function setActive(status: string): (call: Call) => Reply {
  return (call) => {
    const image = ownImage(call);
    if (image.status !== 'active' && image.status !== 'deactivated') {
      throw forbidden(`Not allowed to ${status} image in status '${image.status}'`);
    }
    Object.assign(image, { status, updated_at: timestamp(call.world) });
    return { status: 204 };
  };
}

export const imageRoutes: readonly Route[] = [
  { name: 'listImages', method: 'GET', path: '/images', act: listImages },
  { name: 'createImage', method: 'POST', path: '/images', act: createImage },
  { name: 'showImage', method: 'GET', path: '/images/:id', act: (call) => ({ body: imageView(findImage(call)) }) },
  { name: 'updateImage', method: 'PATCH', path: '/images/:id', act: patchImage },
  { name: 'deleteImage', method: 'DELETE', path: '/images/:id', act: deleteImage },
  ...dataRoutes,
  ...memberRoutes,
  ...importRoutes,
  { name: 'deactivateImage', method: 'POST', path: '/images/:id/actions/deactivate', act: setActive('deactivated') },
  { name: 'reactivateImage', method: 'POST', path: '/images/:id/actions/reactivate', act: setActive('active') },
  {
    name: 'addTag',
    method: 'PUT',
    path: '/images/:id/tags/:tag',
    act: (call) => {
      const image = ownImage(call);
      image.tags = [...new Set([...image.tags, call.path['tag'] ?? ''])];
      return { status: 204 };
    },
  },
  {
    name: 'removeTag',
    method: 'DELETE',
    path: '/images/:id/tags/:tag',
    act: (call) => {
      const image = ownImage(call);
      const tag = call.path['tag'] ?? '';
      if (!image.tags.includes(tag)) throw notFound('The resource could not be found.');
      image.tags = image.tags.filter((each) => each !== tag);
      return { status: 204 };
    },
  },
];

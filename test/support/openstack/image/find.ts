import type { Call } from '../call.ts';
import { forbidden, notFound } from '../problem.ts';
import type { Image } from './image.ts';

export function isAdmin({ caller }: Call): boolean {
  return caller.user.roles.includes('admin');
}

/** Whether the caller's project may see an image by its id. */
export function canSee(call: Call, { owner, base, members }: Image): boolean {
  const project = call.caller.project?.id ?? '';
  if (owner === project || isAdmin(call) || base.visibility === 'public' || base.visibility === 'community')
    return true;
  return base.visibility === 'shared' && members.some((member) => member.member_id === project);
}

/** The image of the path. @throws ApiProblem when it is not there for the caller */
export function findImage(call: Call, message?: (id: string) => string): Image {
  const id = call.path['id'] ?? '';
  const image = call.region.images.peek(id);
  if (image === undefined || !canSee(call, image)) {
    throw notFound(message?.(id) ?? `No image found with ID ${id}`);
  }
  return call.region.images.get(id);
}

/** The image of the path, which the caller may change. */
export function ownImage(call: Call, message?: (id: string) => string): Image {
  const image = findImage(call, message);
  if (image.owner !== call.caller.project?.id && !isAdmin(call)) {
    throw forbidden('You are not authorized to complete modify_image action.');
  }
  return image;
}

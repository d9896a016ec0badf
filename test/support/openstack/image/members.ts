import type { Call, Reply, Route } from '../call.ts';
import { badRequest, conflict, forbidden, notFound } from '../problem.ts';
import { timestamp } from '../world.ts';
import { findImage, ownImage } from './find.ts';
import type { Image, Member } from './image.ts';

function memberView({ id }: Image, member: Member): object {
  return { ...member, image_id: id, schema: '/v2/schemas/member' };
}

function findMember(image: Image, { path }: Call): Member {
  const id = path['member'] ?? '';
  const found = image.members.find((member) => member.member_id === id);
  if (found === undefined) throw notFound(`${id} not found in the member list of the image ${image.id}.`);
  return found;
}

function create(call: Call): Reply {
  const { member: id } = (call.body ?? {}) as { readonly member?: unknown };
  if (typeof id !== 'string') throw badRequest('Member to be added not specified');
  const image = ownImage(call);
  if (image.base.visibility !== 'shared') throw forbidden(`Not allowed to create members for image ${image.id}.`);
  if (image.members.some((member) => member.member_id === id)) {
    throw conflict(`Member ${id} is duplicated for image ${image.id}`);
  }
  const now = timestamp(call.world);
  const member = { member_id: id, status: 'pending', created_at: now, updated_at: now };
  image.members.push(member);
  return { body: memberView(image, member) };
}

/** Only who is the member says whether it takes the image. */
function update(call: Call): Reply {
  const image = findImage(call);
  const member = findMember(image, call);
  const { status } = (call.body ?? {}) as { readonly status?: unknown };
  const isOwn = member.member_id === call.caller.project?.id || call.caller.user.roles.includes('admin');
  if (!isOwn) throw forbidden(`Not allowed to update members for image ${image.id}.`);
  if (typeof status !== 'string' || !['pending', 'accepted', 'rejected'].includes(status)) {
    throw badRequest(`Invalid status: ${String(status)}`);
  }
  Object.assign(member, { status, updated_at: timestamp(call.world) });
  return { body: memberView(image, member) };
}

export const memberRoutes: readonly Route[] = [
  { name: 'createMember', method: 'POST', path: '/images/:id/members', act: create },
  {
    name: 'listMembers',
    method: 'GET',
    path: '/images/:id/members',
    act: (call) => {
      const image = findImage(call);
      return {
        body: { members: image.members.map((member) => memberView(image, member)), schema: '/v2/schemas/members' },
      };
    },
  },
  {
    name: 'showMember',
    method: 'GET',
    path: '/images/:id/members/:member',
    act: (call) => {
      const image = findImage(call);
      return { body: memberView(image, findMember(image, call)) };
    },
  },
  { name: 'updateMember', method: 'PUT', path: '/images/:id/members/:member', act: update },
  {
    name: 'deleteMember',
    method: 'DELETE',
    path: '/images/:id/members/:member',
    act: (call) => {
      const image = ownImage(call);
      image.members.splice(image.members.indexOf(findMember(image, call)), 1);
      return { status: 204, type: '' };
    },
  },
];

import type { Call } from '../call.ts';
import { isNotFound } from '../errors/openstack-error.ts';
import { isObject, objectsAt } from '../guards.ts';
import { wholeBody } from '../service/answers.ts';
import { readPages } from '../service/pages.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import { images, type Images } from './images.ts';
import type { ImageMember, Store } from './types.ts';

/** The projects that share an image. Every call throws `OpenStackError`. */
export interface ImageMembers {
  add(image: string, project: string, call?: Call): Promise<ImageMember>;
  list(image: string, call?: Call): Promise<readonly ImageMember[]>;
  /** Only the member itself may accept or reject. */
  setStatus(image: string, project: string, status: ImageMember['status'], call?: Call): Promise<ImageMember>;
  remove(image: string, project: string, call?: Call): Promise<void>;
}

/** Glance. */
export interface ImageService {
  readonly images: Images;
  readonly members: ImageMembers;
  /** The ways in which the cloud imports images ("web-download", …); none when it imports none. */
  importMethods(call?: Call): Promise<readonly string[]>;
  /** The stores to choose from; none in a cloud with one. */
  stores(call?: Call): Promise<readonly Store[]>;
}

function members(service: Service): ImageMembers {
  return {
    add: async (image, project, call) => {
      const request = { method: 'POST', path: path`images/${image}/members`, payload: { json: { member: project } } };
      return wholeBody(await service.send(request, call));
    },
    list: (image, call) => readPages(service, { path: path`images/${image}/members`, key: 'members' }, call),
    setStatus: async (image, project, status, call) => {
      const at = path`images/${image}/members/${project}`;
      return wholeBody(await service.send({ method: 'PUT', path: at, payload: { json: { status } } }, call));
    },
    remove: async (image, project, call) => {
      await service.send({ method: 'DELETE', path: path`images/${image}/members/${project}` }, call);
    },
  };
}

export function image(service: Service): ImageService {
  return {
    images: images(service),
    members: members(service),
    importMethods: async (call) => {
      const { body } = await service.send({ method: 'GET', path: 'info/import' }, call);
      const methods = isObject(body) ? body['import-methods'] : undefined;
      const value = isObject(methods) ? methods['value'] : undefined;
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
    },
    stores: async (call) => {
      try {
        const { body } = await service.send({ method: 'GET', path: 'info/stores' }, call);
        return objectsAt(body, 'stores') as unknown as readonly Store[];
      } catch (error) {
        // So says a Glance with one store.
        if (isNotFound(error)) return [];
        throw error;
      }
    },
  };
}

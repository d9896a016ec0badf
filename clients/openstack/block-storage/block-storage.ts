import type { Call } from '../call.ts';
import { objectIn } from '../service/answers.ts';
import { collection, type Collection } from '../service/collection.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import type * as Types from './types.ts';

/** Cinder's volumes. Every call throws `OpenStackError`. */
export interface Volumes extends Collection<Types.Volume, Types.VolumeRequest, Types.VolumeChange, Types.VolumeFilter> {
  /** With its snapshots. */
  deleteWithSnapshots(id: string, call?: Call): Promise<void>;
  /** Begins to make an image of it in Glance. */
  uploadImage(id: string, request: Types.UploadImageRequest, call?: Call): Promise<Types.UploadedImage>;
  /** Adds to the properties that an image made of it has; refused while it is being uploaded. */
  setImageMetadata(id: string, metadata: Readonly<Record<string, string>>, call?: Call): Promise<void>;
  setBootable(id: string, bootable: boolean, call?: Call): Promise<void>;
}

/** Cinder. */
export interface BlockStorage {
  readonly volumes: Volumes;
  readonly snapshots: Collection<
    Types.Snapshot,
    Types.SnapshotRequest,
    Partial<Types.SnapshotRequest>,
    Types.SnapshotFilter
  >;
}

function uploadMicroversion({ visibility, protected: kept }: Types.UploadImageRequest) {
  const plain = visibility === undefined && kept === undefined;
  return plain ? undefined : { version: '3.1', reason: "an uploaded image's visibility and protection" };
}

function volumes(service: Service): Volumes {
  async function act(id: string, action: object, call: Call | undefined): Promise<void> {
    await service.send({ method: 'POST', path: path`volumes/${id}/action`, payload: { json: action } }, call);
  }

  return {
    ...collection(service, { path: 'volumes', list: 'volumes/detail', plural: 'volumes', singular: 'volume' }),
    deleteWithSnapshots: async (id, call) => {
      await service.send({ method: 'DELETE', path: path`volumes/${id}`, query: { cascade: true } }, call);
    },
    uploadImage: async (id, request, call) => {
      const asked = {
        ...{ method: 'POST', path: path`volumes/${id}/action`, microversion: uploadMicroversion(request) },
        payload: { json: { 'os-volume_upload_image': request } },
      };
      return objectIn(await service.send(asked, call), 'os-volume_upload_image');
    },
    setImageMetadata: (id, metadata, call) => act(id, { 'os-set_image_metadata': { metadata } }, call),
    setBootable: (id, bootable, call) => act(id, { 'os-set_bootable': { bootable } }, call),
  };
}

export function blockStorage(service: Service): BlockStorage {
  return {
    volumes: volumes(service),
    snapshots: collection(service, {
      ...{ path: 'snapshots', list: 'snapshots/detail', plural: 'snapshots', singular: 'snapshot' },
    }),
  };
}

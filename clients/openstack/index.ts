export type { BlockStorage, Volumes } from './block-storage/block-storage.ts';
export type * from './block-storage/types.ts';
export type { Call } from './call.ts';
export type { CatalogueEndpoint, CatalogueService } from './catalogue/catalogue.ts';
export type { Compute, Flavors, Keypairs } from './compute/compute.ts';
export type { Servers } from './compute/servers.ts';
export type * from './compute/types.ts';
export { readCloud, type CloudChoice, type ConfiguredCloud } from './config/read-cloud.ts';
export { connect, type Cloud } from './connect.ts';
export {
  isConflict,
  isNotFound,
  isQuota,
  isRefusal,
  isTransient,
  mayHaveHappened,
  OpenStackError,
  type AuthReceipt,
  type FailureReason,
  type OpenStackErrorDetails,
} from './errors/openstack-error.ts';
export type { Token } from './identity/token.ts';
export type { ImageMembers, ImageService } from './image/image.ts';
export type { ImageData, Images } from './image/images.ts';
export type * from './image/types.ts';
export type { NetworkService, NetworkTags } from './network/network.ts';
export type * from './network/types.ts';
export { loginSecrets } from './login-secrets.ts';
export type { Containers } from './object-store/containers.ts';
export type { ObjectStore } from './object-store/object-store.ts';
export { objectPath } from './object-store/object-path.ts';
export type { Objects } from './object-store/objects.ts';
export { temporaryUrl, type TemporaryAccess } from './object-store/temporary-url.ts';
export type * from './object-store/types.ts';
export type { Collection } from './service/collection.ts';
export type * from './settings.ts';

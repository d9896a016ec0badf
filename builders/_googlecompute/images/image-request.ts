import type { Image } from '../api/driver.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';
import { secureBootKeys } from './secure-boot-keys.ts';

/** Options of an image whose name is known. */
type Named = ImageOptions & { readonly image_name: string };

/**
 * An image as Google is asked for it, but for what it is made of. Reads the files of secure boot; throws the system's
 * errors.
 */
export async function imageRequest(config: Named): Promise<Image & { readonly name: string }> {
  const { image_guest_os_features: features = [], image_storage_locations: locations = [] } = config;
  const { image_licenses: licenses = [], image_encryption_key: key } = config;
  const keys = await secureBootKeys(config);
  return {
    name: config.image_name,
    ...(config.image_description === undefined ? {} : { description: config.image_description }),
    ...(config.image_family === undefined ? {} : { family: config.image_family }),
    ...(config.image_labels === undefined ? {} : { labels: { ...config.image_labels } }),
    ...(features.length === 0 ? {} : { guestOsFeatures: features.map((type) => ({ type })) }),
    ...(locations.length === 0 ? {} : { storageLocations: [...locations] }),
    ...(licenses.length === 0 ? {} : { licenses: [...licenses] }),
    ...(config.image_architecture === undefined ? {} : { architecture: config.image_architecture.toUpperCase() }),
    ...(key === undefined ? {} : { imageEncryptionKey: { ...key } }),
    ...(keys === undefined ? {} : { shieldedInstanceInitialState: keys }),
  };
}

import type { Image } from '../api/driver.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';

/** Options of an image whose name and description are known. */
type Named = ImageOptions & { readonly image_name: string; readonly image_description?: string };

/** An image as Google is asked for it, but for what it is made of. */
export function imageRequest(config: Named): Image & { readonly name: string } {
  const { image_guest_os_features: features = [], image_storage_locations: locations = [] } = config;
  return {
    name: config.image_name,
    ...(config.image_description === undefined ? {} : { description: config.image_description }),
    ...(config.image_family === undefined ? {} : { family: config.image_family }),
    ...(config.image_labels === undefined ? {} : { labels: { ...config.image_labels } }),
    ...(features.length === 0 ? {} : { guestOsFeatures: features.map((type) => ({ type })) }),
    ...(locations.length === 0 ? {} : { storageLocations: [...locations] }),
    ...(config.image_architecture === undefined ? {} : { architecture: config.image_architecture.toUpperCase() }),
  };
}

import type { Image } from '../../clients/openstack/index.ts';
import type { JsonObject, RenderData } from '../../plugins/sdk/index.ts';

/** Names of what is known of the source; late options and provisioners may ask for it. */
export const sourceFactNames: readonly string[] = [
  'BuildRegion',
  'SourceImage',
  'SourceImageName',
  'SourceImageCreationDate',
  'SourceImageOwner',
];

/** What every image has, beside the properties that its makers gave it. */
const GLANCE_OWN =
  /^(id|name|status|visibility|owner|checksum|disk_format|container_format|created_at|updated_at|file|schema|self|stores|direct_url|os_hash_algo|os_hash_value|os_glance_.*)$/;

/** What late options may ask for. */
export function sourceFacts(region: string, image: Image): RenderData & { readonly SourceImageProperties: JsonObject } {
  const properties = Object.entries(image).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !GLANCE_OWN.test(entry[0]),
  );
  return {
    BuildRegion: region,
    SourceImage: image.id,
    SourceImageName: image.name ?? '',
    SourceImageCreationDate: image.created_at,
    SourceImageOwner: image.owner ?? '',
    SourceImageProperties: Object.fromEntries(properties),
  };
}

import type { Tags } from '../../plugins/sdk/cloud.ts';
import type { JsonObject, RenderData } from '../../plugins/sdk/index.ts';
import type { Image, ResourceType, TagSpecification } from './api/driver.ts';

/** Names of what is known of the source; late options and provisioners may ask for it. */
export const sourceFactNames: readonly string[] = [
  'BuildRegion',
  'SourceAMI',
  'SourceAMIName',
  'SourceAMICreationDate',
  'SourceAMIOwner',
  'SourceAMIOwnerName',
];

/** What late options may ask for, by Packer's names. */
export function sourceFacts(region: string, image: Image): RenderData & { readonly SourceAMITags: JsonObject } {
  return {
    BuildRegion: region,
    SourceAMI: image.ImageId ?? '',
    SourceAMIName: image.Name ?? '',
    SourceAMICreationDate: image.CreationDate ?? '',
    SourceAMIOwner: image.OwnerId ?? '',
    SourceAMIOwnerName: image.ImageOwnerAlias ?? '',
    SourceAMITags: Object.fromEntries((image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Things of AWS that are tagged as they are made. */
export function tagged(tags: Partial<Record<ResourceType, Tags>>): TagSpecification[] {
  return Object.entries(tags).map(([type, each]) => ({ ResourceType: type as ResourceType, Tags: tagList(each) }));
}

import type { JsonObject } from '../../plugins/sdk/index.ts';
import type { SourceImage } from './instance.ts';

/** Names of what is known of the source; provisioners may ask for it. */
export const sourceFactNames: readonly string[] = ['SourceImageName', 'SourceImageProject', 'BuildZone'];

export function sourceFacts(zone: string, { image, project }: SourceImage): JsonObject {
  return { SourceImageName: image.name ?? '', SourceImageProject: project, BuildZone: zone };
}

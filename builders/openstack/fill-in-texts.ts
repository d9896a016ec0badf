import type { BuildRun, JsonObject } from '../../plugins/sdk/index.ts';
import { filledMetadata, filledTags, imageProperties } from '../_openstack/images/image-text.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';

/**
 * The configuration with what speaks of the source as it is for this one, so that a text that cannot be is found before
 * anything is made. Throws `StepError` with the pointer of the text.
 */
export function fillInTexts(
  config: OpenstackBuilderConfig,
  facts: JsonObject,
  build: Pick<BuildRun, 'render'>,
): OpenstackBuilderConfig {
  return {
    ...config,
    metadata: imageProperties(filledMetadata('metadata', config.metadata, facts, build)),
    instance_metadata: filledMetadata('instance_metadata', config.instance_metadata, facts, build),
    image_tags: filledTags(config, facts, build),
  };
}

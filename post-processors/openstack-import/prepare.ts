import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../../builders/_openstack/checks/check-access.ts';
import { checkGlance, checkTags, metadataFaults } from '../../builders/_openstack/checks/check-image.ts';
import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';
import { isDisk } from './formats.ts';

type Config = OpenstackImportPostProcessorConfig;

function conversion({ format, image_disk_format: wanted }: Config): readonly Diagnostic[] {
  if (wanted === undefined || format === undefined || isDisk(format)) return [];
  const hint = 'leave image_disk_format out';
  return [errorAt('OPENSTACK_IMPORT', '/image_disk_format', `${format} cannot be converted to ${wanted}`, { hint })];
}

/** What the schema cannot say. */
export function prepare(config: Config, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config, context),
    ...conversion(config),
    ...checkGlance(config),
    ...checkTags(config.image_tags),
    ...metadataFaults('metadata', config.metadata),
  ];
}

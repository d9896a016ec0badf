import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../_amazon/api/credentials/check-access.ts';
import { checkAmi } from '../_amazon/checks/check-ami.ts';
import { checkDevices } from '../_amazon/checks/check-devices.ts';
import { checkSharing } from '../_amazon/checks/check-sharing.ts';
import { checkTags } from '../_amazon/checks/check-tags.ts';
import { checkRun } from '../_amazon/checks/check-run.ts';
import { checkBoot } from './check-boot.ts';
import { checkRootDevice } from './check-root-device.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';

/** What the schema cannot say. */
export function prepare(config: AmazonEbssurrogateBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const inImage = config.launch_block_device_mappings.map((each) => ({
    ...each,
    no_device: each.no_device || each.omit_from_artifact,
  }));
  return [
    ...checkAccess(config),
    ...checkAmi(config),
    ...checkTags(config),
    ...checkRun(config, context),
    ...checkDevices('launch_block_device_mappings', config.launch_block_device_mappings),
    ...checkDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...checkSharing(config, inImage),
    ...checkRootDevice(config),
    ...checkBoot(config),
    ...checkCommunicator(config, context),
  ];
}

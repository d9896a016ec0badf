import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../_amazon/api/credentials/check-access.ts';
import { checkAmi } from '../_amazon/checks/check-ami.ts';
import { checkDevices } from '../_amazon/checks/check-devices.ts';
import { checkSharing } from '../_amazon/checks/check-sharing.ts';
import { checkTags } from '../_amazon/checks/check-tags.ts';
import { checkRun } from '../_amazon/checks/check-run.ts';
import type { AmazonEbsBuilderConfig } from './config.gen.ts';
import { checkFastLaunch } from './fast-launch.ts';

/** What the schema cannot say. */
export function prepare(config: AmazonEbsBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config),
    ...checkAmi(config),
    ...checkTags(config),
    ...checkFastLaunch(config.fast_launch, config),
    ...checkRun(config, context),
    ...checkDevices('launch_block_device_mappings', config.launch_block_device_mappings),
    ...checkDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...checkSharing(config, config.launch_block_device_mappings),
    ...checkCommunicator(config, context),
  ];
}

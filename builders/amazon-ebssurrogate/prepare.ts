import { prepareCommunicator, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../_amazon/check-access.ts';
import { checkAmi } from '../_amazon/check-ami.ts';
import { checkDevices } from '../_amazon/check-devices.ts';
import { checkRun } from '../_amazon/check-run.ts';
import { checkBoot } from './check-boot.ts';
import { checkRootDevice } from './check-root-device.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';

/** What the schema cannot say. */
export function prepare(config: AmazonEbssurrogateBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config),
    ...checkAmi(config),
    ...checkRun(config, context),
    ...checkDevices('launch_block_device_mappings', config.launch_block_device_mappings),
    ...checkDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...checkRootDevice(config),
    ...checkBoot(config),
    ...prepareCommunicator(config, context),
  ];
}

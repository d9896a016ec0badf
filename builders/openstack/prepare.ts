import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../_openstack/checks/check-access.ts';
import { checkImage, metadataFaults } from '../_openstack/checks/check-image.ts';
import { checkNetwork } from './checks/check-network.ts';
import { checkServer } from './checks/check-server.ts';
import { checkSource } from './checks/check-source.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';

/** What the schema cannot say. */
export function prepare(config: OpenstackBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config, context),
    ...checkImage(config),
    // Nova takes no longer ones, though Glance would.
    ...metadataFaults('metadata', config.metadata),
    ...checkSource(config),
    ...checkServer(config, context),
    ...checkNetwork(config),
    ...checkCommunicator(config, context),
  ];
}

import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import type { Diagnostic, PrepareContext } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../_googlecompute/credentials/check-access.ts';
import { checkImage } from '../_googlecompute/checks/check-image.ts';
import { checkDisks } from './checks/check-disks.ts';
import { checkGuest } from './checks/check-guest.ts';
import { checkInstance } from './checks/check-instance.ts';
import { checkSource } from './checks/check-source.ts';
import type { GooglecomputeBuilderConfig } from './config.gen.ts';

/** What the schema cannot say. */
export function prepare(config: GooglecomputeBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config, context),
    ...checkImage(config, context),
    ...checkSource(config),
    ...checkInstance(config),
    ...checkDisks(config),
    ...checkGuest(config, context),
    ...checkCommunicator(config, context),
  ];
}

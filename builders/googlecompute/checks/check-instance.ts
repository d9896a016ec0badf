import type { Diagnostic } from '../../../plugins/sdk/index.ts';
import { checkLabels, checkName } from '../../_googlecompute/checks/names.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

/** What the schema cannot say of the instance. */
export function checkInstance(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  return [
    ...checkName('instance_name', config.instance_name),
    ...checkName('disk_name', config.disk_name),
    ...(config.tags ?? []).flatMap((tag, index) => checkName(`tags/${index}`, tag)),
    ...checkLabels('labels', config.labels),
  ];
}

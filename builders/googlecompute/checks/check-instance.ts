import { errorAt, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import { checkLabels, checkName } from '../../_googlecompute/checks/names.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { mustEnd } from '../request/machine.ts';

const CODE = 'GOOGLE_INSTANCE';

function unused(option: string, because: string): Diagnostic {
  return warningAt(CODE, `/${option}`, `it is not used: ${because}`);
}

function accelerators(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  const { accelerator_type: type, accelerator_count: count } = config;
  return type === undefined && count !== undefined
    ? [unused('accelerator_count', 'accelerator_type is not given')]
    : [];
}

function maintenance(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  if (config.on_host_maintenance !== 'MIGRATE' || !mustEnd(config)) return [];
  const message = 'such an instance cannot migrate: it is preemptible, a spot one, or has GPUs';
  return [errorAt(CODE, '/on_host_maintenance', message, { hint: 'leave it out, or set it to TERMINATE' })];
}

function models(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  const { preemptible, provisioning_model: model, instance_termination_action: action } = config;
  const found: Diagnostic[] = [];
  if (preemptible && model === 'STANDARD') {
    found.push(errorAt(CODE, '/provisioning_model', 'a preemptible instance is no STANDARD one'));
  }
  if (action !== undefined && model !== 'SPOT' && !preemptible && config.max_run_duration_in_seconds === undefined) {
    found.push(unused('instance_termination_action', 'neither SPOT nor max_run_duration_in_seconds is given'));
  }
  return found;
}

function trust(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  if (config.enable_integrity_monitoring !== true || config.enable_vtpm !== false) return [];
  return [errorAt(CODE, '/enable_integrity_monitoring', 'enable_integrity_monitoring needs enable_vtpm')];
}

/** What the schema cannot say of the instance. */
export function checkInstance(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  return [
    ...checkName('instance_name', config.instance_name),
    ...checkName('disk_name', config.disk_name),
    ...(config.tags ?? []).flatMap((tag, index) => checkName(`tags/${index}`, tag)),
    ...checkLabels('labels', config.labels),
    ...accelerators(config),
    ...maintenance(config),
    ...models(config),
    ...trust(config),
  ];
}

import type { Instance, Scheduling } from '../../_googlecompute/api/driver.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { pathIn } from '../../_googlecompute/paths.ts';

/** Whether Google may end the instance at any time. */
function isSpot({ preemptible, provisioning_model: model }: GooglecomputeBuilderConfig): boolean {
  return preemptible || model === 'SPOT';
}

/** Whether the instance has what cannot migrate. */
export function mustEnd(config: GooglecomputeBuilderConfig): boolean {
  return isSpot(config) || config.accelerator_type !== undefined;
}

function scheduling(config: GooglecomputeBuilderConfig): Scheduling {
  const { provisioning_model: model, max_run_duration_in_seconds: seconds, node_affinity: nodes = [] } = config;
  const ends = config.instance_termination_action ?? (seconds !== undefined || model === 'SPOT' ? 'STOP' : undefined);
  return {
    onHostMaintenance: config.on_host_maintenance ?? (mustEnd(config) ? 'TERMINATE' : 'MIGRATE'),
    automaticRestart: !isSpot(config) && seconds === undefined,
    ...(config.preemptible ? { preemptible: true } : {}),
    ...(model === undefined ? {} : { provisioningModel: model }),
    ...(ends === undefined ? {} : { instanceTerminationAction: ends }),
    ...(seconds === undefined ? {} : { maxRunDuration: { seconds: String(seconds) } }),
    ...(nodes.length === 0
      ? {}
      : { nodeAffinities: nodes.map(({ values, ...node }) => ({ ...node, values: [...(values ?? [])] })) }),
  };
}

function accelerators(config: GooglecomputeBuilderConfig): Pick<Instance, 'guestAccelerators'> {
  const { accelerator_type: type, accelerator_count: acceleratorCount = 1, project_id: project, zone } = config;
  if (type === undefined) return {};
  const acceleratorType = pathIn(project, `zones/${zone}/acceleratorTypes`, type);
  return { guestAccelerators: [{ acceleratorType, acceleratorCount }] };
}

function shielded(config: GooglecomputeBuilderConfig): Pick<Instance, 'shieldedInstanceConfig'> {
  const { enable_secure_boot: boot, enable_vtpm: tpm, enable_integrity_monitoring: watched } = config;
  const given = {
    ...(boot === undefined ? {} : { enableSecureBoot: boot }),
    ...(tpm === undefined ? {} : { enableVtpm: tpm }),
    ...(watched === undefined ? {} : { enableIntegrityMonitoring: watched }),
  };
  return Object.keys(given).length === 0 ? {} : { shieldedInstanceConfig: given };
}

/** gcloud's short names of scopes are the ends of the long ones. */
function scopePath(scope: string): string {
  return scope.includes('/') ? scope : `https://www.googleapis.com/auth/${scope}`;
}

function serviceAccounts(config: GooglecomputeBuilderConfig): Pick<Instance, 'serviceAccounts'> {
  const { service_account_email: email, disable_default_service_account: none, scopes } = config;
  if (email === undefined && none) return {};
  return { serviceAccounts: [{ email: email ?? 'default', scopes: scopes.map(scopePath) }] };
}

function reservation({
  reservation_affinity: given,
}: GooglecomputeBuilderConfig): Pick<Instance, 'reservationAffinity'> {
  if (given === undefined) return {};
  const { consume_reservation_type: consumeReservationType, key, values } = given;
  return {
    reservationAffinity: {
      ...(consumeReservationType === undefined ? {} : { consumeReservationType }),
      ...(key === undefined ? {} : { key }),
      ...(values === undefined ? {} : { values: [...values] }),
    },
  };
}

/** What kind of machine the instance is, and on whose behalf it acts. */
export function machineOf(config: GooglecomputeBuilderConfig): Instance {
  const { zone, project_id: project, resource_manager_tags: tags, min_cpu_platform: minCpuPlatform } = config;
  return {
    machineType: pathIn(project, `zones/${zone}/machineTypes`, config.machine_type),
    scheduling: scheduling(config),
    ...serviceAccounts(config),
    ...accelerators(config),
    ...shielded(config),
    ...reservation(config),
    ...(minCpuPlatform === undefined ? {} : { minCpuPlatform }),
    ...(tags === undefined ? {} : { params: { resourceManagerTags: { ...tags } } }),
    ...(config.enable_nested_virtualization ? { advancedMachineFeatures: { enableNestedVirtualization: true } } : {}),
  };
}

import { regionOf, scopePath, type Call } from '../call.ts';
import { boot } from '../life.ts';
import { operate } from '../operations.ts';
import { alreadyExists, GoogleProblem, inUse, invalidValue } from '../problem.ts';
import { quotaFault } from '../quotas.ts';
import type { Image, Instance, InstanceView } from '../resources.ts';
import { link, pathOf, timestamp, type World } from '../world.ts';
import { addDisk, diskType, findDisk, sizeFor, type DiskPlan } from './disks.ts';
import { findSource } from './images.ts';
import { ACCELERATORS, ADDRESSES, MACHINE_TYPES, ZONES } from './places.ts';

type AttachedDisk = NonNullable<InstanceView['disks']>[number];
type Interface = NonNullable<InstanceView['networkInterfaces']>[number];

function last(text: string | null | undefined): string {
  return (text ?? '').split('/').at(-1) ?? '';
}

/** What of the asked machine cannot be. */
function checkMachine(body: InstanceView, zone: string): void {
  const type = last(body.machineType);
  if (!ZONES.includes(zone)) throw invalidValue('zone', zone, 'Unknown zone.');
  if (MACHINE_TYPES[type] === undefined) {
    throw invalidValue('resource.machineType', body.machineType, `The referenced resource does not exist: ${type}`);
  }
  for (const { acceleratorType } of body.guestAccelerators ?? []) {
    if (!ACCELERATORS.includes(last(acceleratorType))) {
      throw invalidValue(
        'resource.guestAccelerators[0].acceleratorType',
        acceleratorType,
        'Accelerator type not found.',
      );
    }
  }
  const { onHostMaintenance, preemptible, provisioningModel } = body.scheduling ?? {};
  const mustEnd = (body.guestAccelerators ?? []).length > 0 || preemptible === true || provisioningModel === 'SPOT';
  if (mustEnd && onHostMaintenance !== 'TERMINATE') {
    throw invalidValue(
      'resource.scheduling.onHostMaintenance',
      onHostMaintenance ?? '',
      'Instances like this one must be set to TERMINATE.',
    );
  }
}

const LABEL = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** @throws GoogleProblem for a label that cannot be */
export function checkLabels(labels: Readonly<Record<string, string>> | null | undefined): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (LABEL.test(key) && LABEL_VALUE.test(value)) continue;
    throw new GoogleProblem(
      400,
      'invalid',
      `Invalid value for field 'resource.labels': ''. Label key '${key}' or value '${value}' violates format constraints.`,
    );
  }
}

function newDisk(call: Call, body: InstanceView, asked: AttachedDisk, index: number): DiskPlan {
  const { project = '' } = call.path;
  const place = scopePath(call);
  const field = `resource.disks[${String(index)}].initializeParams`;
  const { initializeParams: params = {} } = asked;
  const source = params.sourceImage ?? undefined;
  const image: Image | undefined =
    source === undefined ? undefined : findSource(call.world, pathOf(source, project), `${field}.sourceImage`);
  const type = diskType(params.diskType, `${field}.diskType`);
  const sizeGb = type === 'local-ssd' ? 375 : sizeFor(image, params.diskSizeGb, `${field}.diskSizeGb`);
  const name = params.diskName ?? (index === 0 ? (body.name ?? '') : `${body.name ?? ''}-${String(index)}`);
  const key = asked.diskEncryptionKey;
  const more =
    key === undefined ? {} : { diskEncryptionKey: { kmsKeyName: key.kmsKeyName ?? null, sha256: 'q2pyVg==' } };
  return { name, place, project, type, sizeGb, image, labels: params.labels ?? {}, more };
}

type Planned = { readonly asked: AttachedDisk } & ({ readonly make: DiskPlan } | { readonly path: string });

function planDisks(call: Call, body: InstanceView): readonly Planned[] {
  const disks = body.disks ?? [];
  if (disks[0]?.boot !== true) {
    throw new GoogleProblem(
      400,
      'invalid',
      "Invalid value for field 'resource.disks': ''. At least one boot disk must be specified.",
    );
  }
  return disks.map((asked, index) => {
    if (asked.source === undefined || asked.source === null) return { asked, make: newDisk(call, body, asked, index) };
    const disk = findDisk(call.world, pathOf(asked.source, call.path['project'] ?? ''));
    const [user] = disk.view.users ?? [];
    if (user !== undefined && asked.mode !== 'READ_ONLY') throw inUse('disk', disk.path, pathOf(user, ''));
    if (disk.view.status !== 'READY')
      throw new GoogleProblem(400, 'resourceNotReady', `The resource '${disk.path}' is not ready`);
    return { asked, path: disk.path };
  });
}

function attach(world: World, planned: Planned, owner: string, index: number): AttachedDisk {
  const { asked } = planned;
  const device = {
    kind: 'compute#attachedDisk',
    index,
    deviceName: asked.deviceName ?? `persistent-disk-${String(index)}`,
  };
  const { initializeParams: _params, diskEncryptionKey: _key, ...kept } = asked;
  if (asked.type === 'SCRATCH') return { ...kept, ...device };
  const disk = 'make' in planned ? addDisk(world, planned.make, [link(owner)], 'READY') : findDisk(world, planned.path);
  disk.view.users = [link(owner)];
  return { type: 'PERSISTENT', mode: 'READ_WRITE', autoDelete: false, ...kept, ...device, source: link(disk.path) };
}

function networkOf(asked: Interface, project: string, region: string): Interface {
  const { network, subnetwork } = asked;
  const names = ['default', 'build'];
  const known = [network, subnetwork].every(
    (each) => each === undefined || each === null || names.includes(last(each)),
  );
  if (!known)
    throw invalidValue(
      'resource.networkInterfaces[0].network',
      subnetwork ?? network,
      'The referenced network resource cannot be found.',
    );
  return {
    kind: 'compute#networkInterface',
    name: 'nic0',
    network: link(pathOf(network ?? 'global/networks/default', project)),
    subnetwork: link(pathOf(subnetwork ?? `regions/${region}/subnetworks/default`, project)),
    stackType: 'IPV4_ONLY',
  };
}

function interfaces(
  call: Call,
  body: InstanceView,
  instance: { address: ReturnType<World['nextAddress']> },
): Interface[] {
  const { project = '', zone = '' } = call.path;
  return (body.networkInterfaces ?? [{}]).map((asked) => {
    const { publicAddress, privateAddress } = instance.address;
    const reserved = asked.accessConfigs?.[0]?.natIP ?? undefined;
    if (reserved !== undefined && !Object.values(ADDRESSES).includes(reserved)) {
      throw invalidValue(
        'resource.networkInterfaces[0].accessConfigs[0].natIP',
        reserved,
        'The specified external IP address was not found in the project.',
      );
    }
    const config = {
      kind: 'compute#accessConfig',
      type: 'ONE_TO_ONE_NAT',
      name: 'External NAT',
      natIP: reserved ?? publicAddress,
    };
    return {
      ...networkOf(asked, project, regionOf(zone)),
      networkIP: asked.networkIP ?? privateAddress,
      ...((asked.accessConfigs ?? []).length === 0 ? {} : { accessConfigs: [config] }),
    };
  });
}

/** POST /instances: everything is looked at before anything is made. */
export function createInstance(call: Call): object {
  const { world, path } = call;
  const body = call.body as InstanceView;
  const place = scopePath(call);
  const name = body.name ?? '';
  const target = `${place}/instances/${name}`;
  if (world.instances.peek(target) !== undefined) throw alreadyExists(target);
  checkMachine(body, path['zone'] ?? '');
  checkLabels(body.labels);
  const plans = planDisks(call, body);
  for (const plan of plans) {
    const taken = 'make' in plan && plan.asked.type !== 'SCRATCH' ? `${place}/disks/${plan.make.name}` : '';
    if (world.disks.peek(taken) !== undefined) throw alreadyExists(taken);
  }
  const type = last(body.machineType);
  const sizes = plans.map((plan) => ('make' in plan && plan.make.type === 'pd-standard' ? plan.make.sizeGb : 0));
  const fault = quotaFault(call, {
    CPUS: MACHINE_TYPES[type]?.[0] ?? 0,
    INSTANCES: 1,
    DISKS_TOTAL_GB: sizes.reduce((sum, each) => sum + each, 0),
  });
  const address = world.nextAddress();
  const view: InstanceView = {
    ...body,
    kind: 'compute#instance',
    id: world.newId(),
    creationTimestamp: timestamp(world),
    status: 'PROVISIONING',
    zone: link(place),
    machineType: link(`${place}/machineTypes/${type}`),
    selfLink: link(target),
    labels: { ...body.labels },
    labelFingerprint: 'QmxhY2s=',
    metadata: { kind: 'compute#metadata', fingerprint: world.newId(), items: body.metadata?.items ?? [] },
    networkInterfaces: interfaces(call, body, { address }),
    disks: plans.map((plan, index) => attach(world, plan, target, index)),
  };
  const instance: Instance = {
    path: target,
    view,
    guest: undefined,
    guestAttributes: new Map(),
    serial: '',
    agent: '',
    passwords: new Map(),
    address,
    endScript: () => undefined,
  };
  world.instances.add(target, instance);
  if (!call.outcome.stuck && fault === undefined && call.outcome.fails === undefined) boot(world, instance);
  return operate(call, {
    type: 'insert',
    target,
    targetId: view.id,
    milliseconds: world.durations.insertInstance,
    fault,
    done: () => undefined,
    undo: () => {
      world.instances.remove(target);
      for (const plan of plans) {
        if ('make' in plan) world.disks.remove(`${place}/disks/${plan.make.name}`);
        else findDisk(world, plan.path).view.users = [];
      }
    },
  });
}

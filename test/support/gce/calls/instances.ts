import { scopePath, type Call, type Handlers } from '../call.ts';
import { isOn } from '../guest/metadata.ts';
import { makeUsers } from '../guest/windows-agent.ts';
import { boot, halt, vanish } from '../life.ts';
import { operate } from '../operations.ts';
import { GoogleProblem, invalidValue, notReady } from '../problem.ts';
import type { Instance, InstanceView } from '../resources.ts';
import { inBackground, link } from '../world.ts';
import { createInstance } from './create-instance.ts';
import { filtered } from './filter.ts';

/** @throws GoogleProblem when there is none */
export function findInstance(call: Call): Instance {
  return call.world.instances.get(`${scopePath(call)}/instances/${call.path['instance'] ?? ''}`);
}

/** An operation on an instance that is there. */
function change(call: Call, instance: Instance, type: string, milliseconds: number, done: () => void): object {
  return operate(call, { type, target: instance.path, targetId: instance.view.id, milliseconds, done });
}

/** While it is being made, an instance cannot be changed. */
function isBeingMade({ world }: Call, { path }: Instance): boolean {
  return [...world.operations.values()].some(
    ({ view }) => view.targetLink === link(path) && view.operationType === 'insert' && view.status !== 'DONE',
  );
}

function stop(call: Call): object {
  const { world, query } = call;
  const instance = findInstance(call);
  if (isBeingMade(call, instance)) throw notReady(instance.path);
  const hasScratch = (instance.view.disks ?? []).some(({ type }) => type === 'SCRATCH');
  if (hasScratch && !query.has('discardLocalSsd')) {
    const message =
      'VM has a Local SSD attached but an undefined value for `discard-local-ssd`. If using gcloud, please add `--discard-local-ssd=false` or `--discard-local-ssd=true` to your command.';
    throw new GoogleProblem(400, 'badRequest', message);
  }
  if (instance.view.status !== 'TERMINATED') instance.view.status = 'STOPPING';
  return change(call, instance, 'stop', world.durations.stop, () => halt(world, instance));
}

function start(call: Call): object {
  const { world } = call;
  const instance = findInstance(call);
  if (instance.view.status === 'TERMINATED') boot(world, instance);
  return change(call, instance, 'start', world.durations.boot, () => undefined);
}

function remove(call: Call): object {
  const { world } = call;
  const instance = findInstance(call);
  if (instance.view.deletionProtection === true) {
    const message = `Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion. resource name: ${instance.view.name ?? ''}'.`;
    throw new GoogleProblem(400, 'invalid', message);
  }
  instance.endScript();
  if (instance.guest !== undefined) inBackground(world, instance.guest.stop());
  instance.view.status = 'STOPPING';
  return change(call, instance, 'delete', world.durations.deleteInstance, () => vanish(world, instance));
}

function setMetadata(call: Call): object {
  const instance = findInstance(call);
  const { fingerprint, items = [] } = call.body as NonNullable<InstanceView['metadata']>;
  if (fingerprint !== instance.view.metadata?.fingerprint) {
    throw new GoogleProblem(
      412,
      'conditionNotMet',
      'Supplied fingerprint does not match current metadata fingerprint.',
    );
  }
  return change(call, instance, 'setMetadata', call.world.durations.change, () => {
    instance.view.metadata = { kind: 'compute#metadata', fingerprint: call.world.newId(), items };
    const keys = items?.find(({ key }) => key === 'ssh-keys')?.value ?? '';
    if (instance.view.status === 'RUNNING') makeUsers(instance);
    if (instance.guest !== undefined) inBackground(call.world, instance.guest.letIn(keys));
  });
}

function setLabels(call: Call): object {
  const instance = findInstance(call);
  const { labels = {}, labelFingerprint } = call.body as Pick<InstanceView, 'labels' | 'labelFingerprint'>;
  if (labelFingerprint !== instance.view.labelFingerprint) {
    throw new GoogleProblem(
      412,
      'conditionNotMet',
      'Labels fingerprint either invalid or resource labels have changed',
    );
  }
  return change(call, instance, 'setLabels', call.world.durations.change, () => (instance.view.labels = labels));
}

function setDiskAutoDelete(call: Call): object {
  const instance = findInstance(call);
  const device = call.query.get('deviceName');
  const disk = instance.view.disks?.find(({ deviceName }) => deviceName === device);
  if (disk === undefined) throw invalidValue('deviceName', device, 'The disk is not attached to the instance.');
  return change(call, instance, 'setDiskAutoDelete', call.world.durations.change, () => {
    disk.autoDelete = call.query.get('autoDelete') === 'true';
  });
}

function serialPort(call: Call): object {
  const instance = findInstance(call);
  const console = `${instance.guest?.console() ?? '[    0.000000] Linux version 6.1.0\n'}${instance.serial}`;
  const all = call.query.get('port') === '4' ? instance.agent : console;
  const start = Number(call.query.get('start') ?? '0');
  return {
    kind: 'compute#serialPortOutput',
    contents: all.slice(start),
    start: String(start),
    next: String(all.length),
    selfLink: link(`${instance.path}/serialPort`),
  };
}

function guestAttributes(call: Call): object {
  const instance = findInstance(call);
  if (!isOn(instance.view, 'enable-guest-attributes')) {
    throw new GoogleProblem(412, 'conditionNotMet', 'Guest attributes endpoint access is disabled.');
  }
  const queryPath = call.query.get('queryPath') ?? '';
  const found = [...instance.guestAttributes].filter(([name]) =>
    queryPath.endsWith('/') ? name.startsWith(queryPath) : name === queryPath,
  );
  if (found.length === 0) {
    throw new GoogleProblem(
      404,
      'notFound',
      `The resource '${instance.path}/guestAttributes/${queryPath}' of type 'Guest Attribute' was not found.`,
    );
  }
  const items = found.map(([name, value]) => {
    const [namespace = '', key = ''] = name.split('/');
    return { namespace, key, value };
  });
  return { kind: 'compute#guestAttributes', queryPath, queryValue: { items }, selfLink: link(instance.path) };
}

function list(call: Call): object {
  const place = `${scopePath(call)}/instances/`;
  const views = call.world.instances.listed().filter(({ path }) => path.startsWith(place));
  return {
    kind: 'compute#instanceList',
    id: place,
    items: filtered(
      call,
      views.map(({ view }) => view),
    ),
  };
}

export const instanceCalls: Handlers = {
  'instances.insert': createInstance,
  'instances.get': (call) => findInstance(call).view,
  'instances.list': list,
  'instances.stop': stop,
  'instances.start': start,
  'instances.delete': remove,
  'instances.setMetadata': setMetadata,
  'instances.setLabels': setLabels,
  'instances.setDiskAutoDelete': setDiskAutoDelete,
  'instances.getSerialPortOutput': serialPort,
  'instances.getGuestAttributes': guestAttributes,
};

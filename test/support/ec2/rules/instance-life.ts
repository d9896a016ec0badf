import type { InstanceStateName } from '@aws-sdk/client-ec2';
import type { InstanceEntry, Region } from '../region.ts';
import type { World } from '../world.ts';

const CODES: Readonly<Record<string, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function stateOf(name: InstanceStateName): { Code: number; Name: InstanceStateName } {
  return { Code: CODES[name] ?? 0, Name: name };
}

export function setState(entry: InstanceEntry, name: InstanceStateName): void {
  entry.view.State = stateOf(name);
}

/** Work that goes on beside the calls; `settle` of the server waits for it. */
export function inBackground(world: World, work: Promise<unknown>): void {
  world.background.add(work);
  void work.finally(() => world.background.delete(work));
}

function dropVolumes(region: Region, entry: InstanceEntry): void {
  for (const mapping of entry.view.BlockDeviceMappings) {
    const id = mapping.Ebs?.VolumeId ?? '';
    const volume = region.volumes.peek(id);
    if (volume === undefined) continue;
    if (mapping.Ebs?.DeleteOnTermination === true) {
      region.volumes.remove(id);
    } else {
      volume.view.State = 'available';
      volume.view.Attachments = [];
    }
  }
  entry.view.BlockDeviceMappings = [];
}

function endGuest(world: World, entry: InstanceEntry): void {
  if (entry.guest === undefined) return;
  inBackground(world, entry.guest.close());
  entry.guest = undefined;
}

function vanish(entry: InstanceEntry): void {
  const { view } = entry;
  delete view.PublicIpAddress;
  delete view.PublicDnsName;
  delete view.PrivateIpAddress;
  delete view.PrivateDnsName;
  delete view.SubnetId;
  delete view.VpcId;
  view.SecurityGroups = [];
  view.NetworkInterfaces = [];
}

/** Goes from any state to shutting-down and, in time, terminated; later it is forgotten. */
export function terminate(
  world: World,
  region: Region,
  entry: InstanceEntry,
  reason: { readonly Code: string; readonly Message: string },
  stuck = false,
): void {
  const { view } = entry;
  if (view.State.Name === 'shutting-down' || view.State.Name === 'terminated') return;
  setState(entry, 'shutting-down');
  view.StateReason = { ...reason };
  view.StateTransitionReason = `User initiated (${world.clock.date().toISOString()})`;
  endGuest(world, entry);
  if (stuck) return;
  world.clock.after(world.durations.terminate, () => {
    setState(entry, 'terminated');
    dropVolumes(region, entry);
    vanish(entry);
    world.clock.after(world.durations.memory, () => region.instances.remove(view.InstanceId));
  });
}

/** Goes to stopping and, in time, stopped. */
export function stop(world: World, entry: InstanceEntry, code: string, stuck: boolean): void {
  setState(entry, 'stopping');
  entry.view.StateReason = { Code: code, Message: `${code}: Instance initiated shutdown` };
  if (entry.guest !== undefined) inBackground(world, entry.guest.stop());
  if (stuck) return;
  world.clock.after(world.durations.stop, () => {
    if (entry.view.State.Name !== 'stopping') return;
    setState(entry, 'stopped');
    delete entry.view.PublicIpAddress;
    delete entry.view.PublicDnsName;
  });
}

/** Goes to pending and, in time, running, or to terminated when the launch fails. */
export function start(
  world: World,
  region: Region,
  entry: InstanceEntry,
  stuck: boolean,
  failure: { readonly code: string; readonly message: string } | undefined,
): void {
  setState(entry, 'pending');
  entry.view.StateReason = { Code: 'pending', Message: 'pending' };
  if (stuck) return;
  world.clock.after(world.durations.start, () => {
    if (entry.view.State.Name !== 'pending') return;
    if (failure === undefined) {
      setState(entry, 'running');
      delete entry.view.StateReason;
      return;
    }
    terminate(world, region, entry, { Code: failure.code, Message: `${failure.code}: ${failure.message}` });
  });
}

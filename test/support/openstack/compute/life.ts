import type { Call, Outcome } from '../call.ts';
import { doorsOf } from '../network/doors.ts';
import { releasePorts } from '../network/server-ports.ts';
import type { Region } from '../region.ts';
import { detachVolumes } from '../volume/attachments.ts';
import { inBackground, microseconds, timestamp, type World } from '../world.ts';
import { makeServerGuest } from './guest.ts';
import type { Server } from './server.ts';

export interface State {
  readonly status?: string;
  readonly vmState?: string;
  readonly taskState?: string | null;
  readonly powerState?: number;
}

export function setState(world: World, server: Server, state: State): void {
  Object.assign(server, state, { updated: timestamp(world) });
}

/** Whether the server is still there: work that comes due after its end does nothing. */
export function isThere(region: Region, { id }: Server): boolean {
  return region.servers.peek(id) !== undefined;
}

function fail(world: World, server: Server, { message }: NonNullable<Outcome['fails']>): void {
  setState(world, server, { status: 'ERROR', vmState: 'error', taskState: null, powerState: 0 });
  server.fault = { code: 500, created: timestamp(world), message };
}

function startGuest({ world, region }: Call, server: Server): void {
  const plan = world.options.guest;
  if (plan === undefined) return;
  const guest = makeServerGuest(plan, server.keypair?.publicKey);
  server.guest = guest;
  inBackground(
    world,
    guest.start().then(() => {
      for (const { address, isOpen } of doorsOf(world, region, server)) guest.open(address, isOpen);
    }),
  );
}

/** From BUILD to ACTIVE, or to ERROR with a fault. */
export function build(call: Call, server: Server): void {
  const { world, region, outcome } = call;
  setState(world, server, { status: 'BUILD', vmState: 'building', taskState: 'scheduling', powerState: 0 });
  if (outcome.stuck) return;
  world.clock.after(world.durations.schedule, () => {
    if (!isThere(region, server) || server.taskState === 'deleting') return;
    setState(world, server, { taskState: 'spawning' });
    world.clock.after(world.durations.spawn, () => {
      if (!isThere(region, server) || server.taskState === 'deleting') return;
      if (outcome.fails !== undefined) {
        fail(world, server, outcome.fails);
        return;
      }
      setState(world, server, { status: 'ACTIVE', vmState: 'active', taskState: null, powerState: 1 });
      server.launchedAt = microseconds(world);
      server.passwordAt = world.clock.now() + world.durations.password;
      for (const port of server.ports) port.status = 'ACTIVE';
      startGuest(call, server);
    });
  });
}

export function stop({ world, region, outcome }: Call, server: Server): void {
  setState(world, server, { taskState: 'powering-off' });
  if (server.guest !== undefined) inBackground(world, server.guest.stop());
  if (outcome.stuck) return;
  world.clock.after(world.durations.stop, () => {
    if (!isThere(region, server) || server.taskState !== 'powering-off') return;
    if (outcome.fails === undefined) {
      setState(world, server, { status: 'SHUTOFF', vmState: 'stopped', taskState: null, powerState: 4 });
    } else {
      fail(world, server, outcome.fails);
    }
  });
}

export function start({ world, region, outcome }: Call, server: Server): void {
  setState(world, server, { taskState: 'powering-on' });
  if (server.guest !== undefined) inBackground(world, server.guest.start());
  if (outcome.stuck) return;
  world.clock.after(world.durations.spawn, () => {
    if (!isThere(region, server) || server.taskState !== 'powering-on') return;
    setState(world, server, { status: 'ACTIVE', vmState: 'active', taskState: null, powerState: 1 });
  });
}

/** The machine turns itself off, as with "poweroff" inside: Nova sees it and says SHUTOFF. */
export function shutDownInside(world: World, server: Server): void {
  if (server.guest !== undefined) inBackground(world, server.guest.stop());
  setState(world, server, { status: 'SHUTOFF', vmState: 'stopped', taskState: null, powerState: 4 });
}

/** Nova's own end of a server: its images that are not through go with it, its ports and volumes by their own rules. */
export function remove({ world, region, outcome }: Call, server: Server): void {
  if (server.taskState === 'deleting') return;
  if (server.taskState?.startsWith('image_') === true) {
    for (const image of region.images.all()) {
      if (image.snapshotOf === server.id) region.images.remove(image.id);
    }
  }
  setState(world, server, { taskState: 'deleting' });
  if (server.guest !== undefined) inBackground(world, server.guest.close());
  server.guest = undefined;
  if (outcome.stuck) return;
  world.clock.after(world.durations.delete, () => {
    if (!isThere(region, server)) return;
    if (outcome.fails !== undefined) {
      fail(world, server, outcome.fails);
      return;
    }
    releasePorts(world, region, server);
    detachVolumes(region, server);
    region.servers.remove(server.id);
  });
}

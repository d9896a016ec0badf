import { makeInstanceGuest } from './guest/guest.ts';
import { isOn, metadataValue } from './guest/metadata.ts';
import { startScript } from './guest/startup-script.ts';
import { makeUsers } from './guest/windows-agent.ts';
import type { Instance } from './resources.ts';
import { inBackground, link, pathOf, timestamp, type World } from './world.ts';

/** Whom the guest lets in: whom OS Login names when it is on, and else whom the metadata name. */
function keysFor({ options }: World, { view }: Instance): string {
  if (isOn(view, 'enable-oslogin') && options.osLoginKeys !== undefined) return options.osLoginKeys();
  return metadataValue(view, 'ssh-keys');
}

function startGuest(world: World, instance: Instance): void {
  makeUsers(instance);
  const { guest: plan } = world.options;
  if (plan !== undefined) {
    const start = async (): Promise<void> => {
      instance.guest ??= await makeInstanceGuest(plan, instance.address, keysFor(world, instance));
      await instance.guest.start();
    };
    inBackground(world, start());
  }
  instance.endScript = startScript(world, instance);
}

/** From PROVISIONING over STAGING to RUNNING. */
export function boot(world: World, instance: Instance): void {
  const { clock, durations } = world;
  const isHere = (status: string): boolean =>
    world.instances.peek(instance.path) === instance && instance.view.status === status;
  instance.view.status = 'PROVISIONING';
  clock.after(durations.boot / 2, () => {
    if (isHere('PROVISIONING')) instance.view.status = 'STAGING';
  });
  clock.after(durations.boot, () => {
    if (!isHere('STAGING')) return;
    instance.view.status = 'RUNNING';
    instance.view.lastStartTimestamp = timestamp(world);
    startGuest(world, instance);
  });
}

/** The guest goes down; the machine is TERMINATED from now on. */
export function halt(world: World, instance: Instance, message?: string): void {
  instance.endScript();
  if (instance.guest !== undefined) inBackground(world, instance.guest.stop());
  instance.view.status = 'TERMINATED';
  instance.view.lastStopTimestamp = timestamp(world);
  if (message !== undefined) instance.view.statusMessage = message;
}

/** The instance and those of its disks that go with it are there no more. */
export function vanish(world: World, instance: Instance): void {
  instance.endScript();
  if (instance.guest !== undefined) inBackground(world, instance.guest.close());
  instance.guest = undefined;
  world.instances.remove(instance.path);
  for (const { source, autoDelete } of instance.view.disks ?? []) {
    const disk = world.disks.peek(pathOf(source ?? '', ''));
    if (disk === undefined) continue;
    if (autoDelete === true) world.disks.remove(disk.path);
    else disk.view.users = (disk.view.users ?? []).filter((user) => user !== link(instance.path));
  }
}

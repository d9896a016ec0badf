import type { BuildKey } from '../../plugins/sdk/keys.ts';
import { join } from 'node:path';
import type { BuildRun, Communicator, StepError } from '../../plugins/sdk/index.ts';
import type { StagedOutput } from '../../plugins/sdk/host.ts';
import { condemnKvm } from './accelerator/judge-kvm.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import type { QemuDriver } from './driver.ts';
import { watchInactivity, type InactivityWatch } from './machine/inactivity.ts';
import type { Machine } from './machine/machine.ts';
import { diedOfKvm } from './machine/machine-status.ts';
import { otherMonitorSocket } from './machine/machine-places.ts';
import { hasCd, hasFloppy } from './media/wanted.ts';
import { kvmOf } from './steps/choose-accelerator.ts';
import { connect } from './steps/connect.ts';
import { connectInstalled } from './steps/connect-installed.ts';
import { createDisks, type Disks } from './steps/create-disks.ts';
import { findKernel, type Kernel } from './source/find-kernel.ts';
import type { Source } from './source/find-source.ts';
import { makeMedia } from './steps/make-media.ts';
import type { GuestHttp } from './steps/serve-http.ts';
import { startMachine } from './steps/start-machine.ts';
import { typeBootCommands } from './steps/type-boot-commands.ts';
import { belowOutput } from './command-line/template-arguments.ts';

/** What a machine is made of, whatever runs its code. */
export interface Makings {
  readonly qemu: QemuDriver;
  readonly staged: StagedOutput;
  readonly source: Source;
  readonly key: BuildKey | undefined;
  readonly http: GuestHttp;
  /** `output_directory` as it is shown. */
  readonly shown: string;
  /** The machine's name. */
  readonly name: string;
}

/** A machine that Kiln is logged in to. */
export interface Booted {
  readonly accelerator: string | undefined;
  readonly disks: Disks;
  readonly machine: Machine;
  readonly guest: Communicator;
}

/** Boots new disks. `started` hears of each machine. Throws what its steps throw. */
async function boot(
  config: QemuBuilderConfig,
  makings: Makings,
  accelerator: string | undefined,
  build: BuildRun,
  started: (machine: Machine) => void,
): Promise<Booted> {
  const { qemu, staged, source, key, http, shown, name } = makings;
  const disks = await build.step('create disk', () =>
    createDisks(config, qemu, source, { directory: staged.path, name, from: build.source }),
  );
  const media =
    hasCd(config) || hasFloppy(config)
      ? await build.step('make media', () => makeMedia(config, { name, http, key }, build))
      : { cd: undefined, floppy: undefined };
  const { kernel_url: kernelUrl } = config;
  const kernel =
    kernelUrl === undefined
      ? undefined
      : await build.step('find kernel', () => findKernel(config, kernelUrl, { name, http }, build));
  const tpmState = config.vtpm ? join(await build.temporaryDirectory(), 'tpm') : undefined;
  const monitor = await otherMonitorSocket(config, belowOutput(disks, shown), build);
  const ingredients = {
    ...{ accelerator, source, disks, media, http, key, tpmState, name },
    ...{ otherMonitorSocket: monitor, outputDirectory: shown },
  };
  let activity: InactivityWatch | undefined;
  const start = (own: Kernel | undefined): Promise<Machine> =>
    build.step('start machine', async () => {
      const machine = await startMachine(config, { ...ingredients, kernel: own }, qemu, build);
      started(machine);
      activity = watchInactivity(config, machine);
      return machine;
    });
  const first = await start(kernel);
  await typeBootCommands(config, first, { name, http, publicKey: key?.publicKey }, build);
  const { machine, guest } =
    kernel === undefined
      ? { machine: first, guest: await build.step('connect', () => connect(config, first, key, build)) }
      : await connectInstalled(config, first, key, () => start(undefined), build);
  return { accelerator, disks, machine, guest: activity?.over(guest) ?? guest };
}

/**
 * Boots the machine. With "auto" one that dies of KVM is booted once more in software, from new disks, and later builds
 * do not try KVM again. Throws what the steps throw.
 */
export async function bootUp(
  config: QemuBuilderConfig,
  makings: Makings,
  accelerator: string | undefined,
  build: BuildRun,
): Promise<Booted> {
  const machines: Machine[] = [];
  const attempt = (chosen: string | undefined, its: BuildRun): Promise<Booted> =>
    boot(config, makings, chosen, its, (machine) => void machines.push(machine));
  const isMet = (error: unknown): error is StepError =>
    config.accelerator === 'auto' && accelerator === 'kvm' && !build.signal.aborted && diedOfKvm(error);
  // What -on-error=ask asks about is a failure that is left, not one that software may mend.
  const first: BuildRun = { ...build, step: (name, body) => build.step(name, body, isMet) };
  try {
    return await attempt(accelerator, first);
  } catch (error) {
    if (!isMet(error)) throw error;
    const [reason = ''] = error.message.split('\n');
    build.warn(`KVM failed: ${reason}. The machine is booted again in software (tcg), which is slower`);
    await Promise.all(machines.map((machine) => machine.stop()));
    await condemnKvm(kvmOf(config, makings.qemu, build), `a guest died of it: ${reason}`);
    return attempt('tcg', build);
  }
}

import { resolve } from 'node:path';
import {
  aboutOption,
  type Artifact,
  type BuildRun,
  type Communicator,
  type JsonValue,
} from '../../plugins/sdk/index.ts';
import { adoptOutput, stageOutput, type OutputOptions, type StagedOutput } from '../../plugins/sdk/host.ts';
import { bootUp } from './boot-up.ts';
import { checkpointOf, disksOf, keyOf, readCheckpoint, type Checkpoint, type Parts } from './checkpoint.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { findQemu, type QemuDriver } from './driver.ts';
import { endsByItself } from './machine/ends-by-itself.ts';
import { watchInactivity } from './machine/inactivity.ts';
import { chooseAccelerator } from './steps/choose-accelerator.ts';
import { clearBuildKey } from './steps/clear-key.ts';
import { connect } from './steps/connect.ts';
import { findMachine } from './steps/find-machine.ts';
import { findSource } from './source/find-source.ts';
import { makeKey } from './steps/make-key.ts';
import { provision } from './steps/provision.ts';
import { inputsOf } from './inputs.ts';
import { saveImage } from './steps/save-image.ts';
import { serveHttp } from './steps/serve-http.ts';
import { shutDown } from './steps/shut-down.ts';

interface Names {
  /** `output_directory` as it is shown. */
  readonly shown: string;
  readonly directory: string;
  /** The machine's name. */
  readonly name: string;
}

function namesOf(config: QemuBuilderConfig, build: BuildRun): Names {
  const shown = config.output_directory ?? `output-${build.name}`;
  return { shown, directory: resolve(shown), name: config.vm_name ?? `packer-${build.name}` };
}

function outputOptions(config: QemuBuilderConfig, build: BuildRun): OutputOptions {
  return { force: build.force, inputs: inputsOf(config, build) };
}

async function changeGuest(
  config: QemuBuilderConfig,
  parts: Parts,
  guest: Communicator,
  build: BuildRun,
  stage: Checkpoint['stage'] = 'provisioning',
): Promise<void> {
  const { machine, key } = parts;
  try {
    await build.checkpoint(checkpointOf(stage, parts));
    await provision(machine, guest, parts, build);
    await clearBuildKey(config, guest, key, build);
    await build.checkpoint(checkpointOf('shutting down', parts));
    await build.step('shut down', () => shutDown(config, machine, guest, build));
  } finally {
    await guest.close();
  }
  await build.checkpoint(checkpointOf('off', parts));
}

/** `off`: what is known of the machine that is off. */
function save(
  config: QemuBuilderConfig,
  qemu: QemuDriver,
  off: Checkpoint,
  staged: StagedOutput,
  names: Names,
  build: BuildRun,
): Promise<Artifact> {
  const output = {
    ...{ staged, ...names },
    written: off.stage === 'written',
    onWritten: () => build.checkpoint({ ...off, stage: 'written' }),
  };
  return build.step('save image', () => saveImage(config, qemu, disksOf(off), output, off.accelerator ?? undefined));
}

export async function run(config: QemuBuilderConfig, build: BuildRun): Promise<Artifact> {
  const names = namesOf(config, build);
  const { directory } = names;
  const qemu = await build.step('find qemu', () => Promise.resolve(findQemu(config.qemu_binary, build)));
  const staged = await build.step('prepare output', () =>
    aboutOption('/output_directory', () => stageOutput(build, directory, outputOptions(config, build))),
  );
  const source = await build.step('find source', () => findSource(config, qemu, build));
  const accelerator = await build.step('choose accelerator', () => chooseAccelerator(config, qemu, build));
  const key = await build.step('make key', () => makeKey(config, build));
  await using http = await build.step('serve files', () => serveHttp(config, build));
  const makings = { ...{ qemu, staged, source, key, http }, shown: names.shown, name: names.name };
  const { guest, ...booted } = await bootUp(config, makings, accelerator, build);
  const parts = { staged, key, http, ...booted };
  await changeGuest(config, parts, guest, build);
  return await save(config, qemu, checkpointOf('off', parts), staged, names, build);
}

/** How long a machine may take that was perhaps told to shut down by an earlier process. */
const TOLD_MILLISECONDS = 10_000;
/** Between the news that a machine is off and the end of its process. */
const ENDING_MILLISECONDS = 5000;

/** Goes on with the machine of an earlier process, or with its disks when it was switched off already. */
export async function resume(config: QemuBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const names = namesOf(config, build);
  const checkpoint = readCheckpoint(state);
  const { stage, output } = checkpoint;
  const disks = disksOf(checkpoint);
  const accelerator = checkpoint.accelerator ?? undefined;
  const qemu = await build.step('find qemu', () => Promise.resolve(findQemu(config.qemu_binary, build)));
  const staged = await build.step('find output', () =>
    aboutOption('/output_directory', () => adoptOutput(build, names.directory, output, outputOptions(config, build))),
  );
  const saveIt = (): Promise<Artifact> => save(config, qemu, checkpoint, staged, names, build);
  const { process } = checkpoint.machine;
  if (stage === 'off' || stage === 'written') return saveIt();
  if (stage === 'shutting down') {
    const wait = (): Promise<boolean> => endsByItself(process, TOLD_MILLISECONDS, build);
    if (await build.step('see whether it shuts down', wait)) return saveIt();
  }
  const key = await keyOf(checkpoint);
  if (key !== undefined) build.addSecret(key.privateKey);
  await using http = await build.step('serve files', () => serveHttp(config, build, checkpoint.httpPort ?? undefined));
  try {
    const machine = await build.step('find machine', () => findMachine(checkpoint.machine, build));
    const activity = watchInactivity(config, machine);
    const guest = await build.step('connect', () => connect(config, machine, key, build));
    const parts = { staged, accelerator, disks, key, http, machine };
    await changeGuest(config, parts, activity.over(guest), build, stage);
  } catch (error) {
    // It had been told to, and only took its time.
    if (stage !== 'shutting down' || !(await endsByItself(process, ENDING_MILLISECONDS, build))) throw error;
    build.say('the machine has shut down, as it had been told to');
  }
  return await saveIt();
}

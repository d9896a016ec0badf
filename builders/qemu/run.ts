import { resolve } from 'node:path';
import { stageOutput, type Artifact, type BuildRun } from '../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { findQemu } from './driver.ts';
import { chooseAccelerator } from './steps/choose-accelerator.ts';
import { clearKey } from './steps/clear-key.ts';
import { connect } from './steps/connect.ts';
import { createDisks } from './steps/create-disks.ts';
import { findSource } from './steps/find-source.ts';
import { makeKey } from './steps/make-key.ts';
import { provision } from './steps/provision.ts';
import { saveImage } from './steps/save-image.ts';
import { serveHttp } from './steps/serve-http.ts';
import { shutDown } from './steps/shut-down.ts';
import { startMachine } from './steps/start-machine.ts';
import { typeBootCommands } from './steps/type-boot-commands.ts';

export async function run(config: QemuBuilderConfig, build: BuildRun): Promise<Artifact> {
  const shown = config.output_directory ?? `output-${build.name}`;
  const directory = resolve(shown);
  const name = config.vm_name ?? `packer-${build.name}`;

  const qemu = await build.step('find qemu', () => findQemu(config.qemu_binary, build));
  const staged = await build.step('prepare output', () => stageOutput(build, directory, { force: build.force }));
  const source = await build.step('find source', () => findSource(config, qemu, build));
  const accelerator = await build.step('choose accelerator', () => chooseAccelerator(config, qemu, build));
  const disks = await build.step('create disk', () =>
    createDisks(config, qemu, source, { directory: staged.path, name, from: build.source }),
  );
  const key = await build.step('make key', () => makeKey(config, build));
  await using http = await build.step('serve files', () => serveHttp(config, build));
  const machine = await build.step('start machine', () =>
    startMachine(config, { accelerator, source, disks, http, key, name, outputDirectory: shown }, qemu, build),
  );
  await typeBootCommands(config, machine, { name, http, publicKey: key?.publicKey }, build);
  const guest = await build.step('connect', () => connect(config, machine, key, build));
  try {
    await provision(config, machine, guest, { http, key }, build);
    await clearKey(config, guest, key, build);
    await build.step('shut down', () => shutDown(config, machine, guest, build));
  } finally {
    await guest.close();
  }
  return await build.step('save image', () =>
    saveImage(config, qemu, disks, { staged, directory, shown }, accelerator),
  );
}

import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { OwnedProcess } from '../../../plugins/sdk/host.ts';
import { overrideArguments, toArgv, type Argument } from '../command-line/arguments.ts';
import { ownArguments, type MachineFacts } from '../command-line/command-line.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { lastLines } from '../machine/console.ts';
import type { QemuDriver } from '../driver.ts';
import { consoleFileFor, consoleSocketName, socketDirectory } from '../machine/machine-places.ts';
import { type Machine, machineOf, type MachinePlaces, watchMachine } from '../machine/machine.ts';
import { portsInTurn } from '../../_shared/port-range.ts';
import { portRange } from '../port-range.ts';
import { connectQmp } from '../machine/qmp.ts';
import { templateArguments } from '../command-line/template-arguments.ts';
import { startTpm, type TpmPlaces } from '../machine/tpm.ts';
import { hasVncPassword, setVncPassword } from '../machine/vnc-password.ts';
import { startFailure } from '../start-failure.ts';
import type { Disks } from './create-disks.ts';
import type { Kernel } from '../source/find-kernel.ts';
import type { Source } from '../source/find-source.ts';
import type { Media } from './make-media.ts';
import { withRawFirmware } from '../source/raw-firmware.ts';
import type { GuestHttp } from './serve-http.ts';

export interface Ingredients {
  readonly accelerator: string | undefined;
  readonly source: Source;
  /** What to start in the place of a boot loader. */
  readonly kernel: Kernel | undefined;
  readonly disks: Disks;
  readonly media: Media;
  readonly http: GuestHttp;
  readonly key: BuildKey | undefined;
  /** What the TPM stores, when the machine has one. */
  readonly tpmState: string | undefined;
  /** Socket of a monitor for others than Kiln. */
  readonly otherMonitorSocket: string | undefined;
  /** The machine's name. */
  readonly name: string;
  /** `output_directory` as the template has it. */
  readonly outputDirectory: string;
}

async function displayFor(config: QemuBuilderConfig, driver: QemuDriver): Promise<string | undefined> {
  if (config.use_default_display) return undefined;
  if (config.display !== undefined) return config.display;
  const session = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
  if (config.headless || !session) return 'none';
  return (await driver.listDisplays()).includes('gtk') ? 'gtk' : 'none';
}

function isPortTaken(log: string): boolean {
  return /Could not set up host forwarding rule/.test(log);
}

/** QEMU, whose end is also that of its TPM. */
function together(qemu: OwnedProcess, tpm: OwnedProcess | undefined): OwnedProcess {
  if (tpm === undefined) return qemu;
  const stop = async (): Promise<void> => {
    await qemu.stop();
    await tpm.stop();
  };
  return { ...qemu, stop };
}

/** Starts QEMU on one port; undefined when the port is taken. Throws `StepError` MACHINE_NOT_STARTED. */
async function startOn(
  config: QemuBuilderConfig,
  hostPort: number | undefined,
  argv: readonly string[],
  places: MachinePlaces,
  startTpmFirst: () => Promise<OwnedProcess | undefined>,
  driver: QemuDriver,
  build: BuildRun,
): Promise<Machine | undefined> {
  const { consoleFile, logFile, monitorSocket } = places;
  await rm(logFile, { force: true });
  const tpm = await startTpmFirst();
  const owned = together(await driver.start(`build ${build.displayName}`, argv, logFile), tpm);
  const watch = watchMachine(owned, consoleFile, logFile);
  const ready = AbortSignal.any([watch.failed, build.signal]);
  try {
    const qmp = await connectQmp(monitorSocket, ready, watch.onEvent);
    return machineOf(owned, watch, qmp, places, hostPort, (what, path) => build.noteFile(what, path));
  } catch (error) {
    watch.forget();
    await owned.stop();
    if (build.signal.aborted) throw new CancelledError();
    const log = await readFile(logFile, 'utf8').catch(() => '');
    if (isPortTaken(log)) return undefined;
    const lines = await lastLines(logFile);
    const hangs = error instanceof StepError && error.code === 'QEMU_MONITOR' ? [error.message] : [];
    const crashed = error instanceof StepError && error.code === 'QEMU_CRASHED';
    throw new StepError(['QEMU did not start', ...hangs, ...lines].join('\n  '), {
      code: crashed ? 'QEMU_CRASHED' : 'MACHINE_NOT_STARTED',
      ...startFailure(config, lines),
      cause: error,
    });
  }
}

async function sayWhereTheScreenIs(machine: Machine, build: BuildRun): Promise<void> {
  const vnc = await machine.qmp.execute('query-vnc');
  if (typeof vnc !== 'object' || vnc === null || !('host' in vnc) || !('service' in vnc)) return;
  build.say(`the screen is at vnc://${String(vnc.host)}:${String(vnc.service)}`);
}

/**
 * Starts the machine on a port that is free: QEMU itself takes it, and where that fails the next one is tried.
 * Throws `StepError` MACHINE_NOT_STARTED or HOST_PORT_TAKEN.
 */
export async function startMachine(
  config: QemuBuilderConfig,
  ingredients: Ingredients,
  driver: QemuDriver,
  build: BuildRun,
): Promise<Machine> {
  const { accelerator, source, kernel, disks, media, key, name, tpmState, otherMonitorSocket } = ingredients;
  const sockets = await socketDirectory(build);
  const tpm: TpmPlaces | undefined =
    tpmState === undefined ? undefined : { stateDirectory: tpmState, socket: join(sockets, 'tpm') };
  const places = {
    consoleFile: await consoleFileFor(build),
    logFile: join(await build.temporaryDirectory(), 'qemu.log'),
    monitorSocket: join(sockets, 'monitor'),
  };
  build.noteFile('console', places.consoleFile);
  const consoleSocket = join(sockets, consoleSocketName(build));
  await build.offerConsole(consoleSocket);
  const facts: Omit<MachineFacts, 'hostPort'> = {
    name,
    accelerator,
    disks: disks.all,
    iso: source.kind === 'iso' ? source.path : undefined,
    ...media,
    kernel,
    efiVars: disks.efiVars,
    tpmSocket: tpm?.socket,
    otherMonitorSocket,
    consoleFile: places.consoleFile,
    consoleSocket,
    monitorSocket: places.monitorSocket,
    publicKeyFile: key?.publicKeyFile,
    display: await displayFor(config, driver),
  };
  const readable = await withRawFirmware(config, driver, build);
  const range = portRange(config);
  const forwards = !config.skip_nat_mapping && config.net_bridge === undefined && config.communicator !== 'none';
  for (const hostPort of forwards ? portsInTurn(range) : [undefined]) {
    const template = templateArguments(config, ingredients, hostPort, build);
    const list: readonly Argument[] = overrideArguments(ownArguments(readable, { ...facts, hostPort }), template);
    const argv = toArgv(list);
    build.debug(
      `${driver.qemu} ${argv.map((part) => (/[^\w@%+=:,./-]/.test(part) ? JSON.stringify(part) : part)).join(' ')}`,
    );
    const startTpmFirst = async (): Promise<OwnedProcess | undefined> =>
      tpm === undefined ? undefined : await startTpm(config, tpm, driver, build);
    const machine = await startOn(config, hostPort, argv, places, startTpmFirst, driver, build);
    if (machine === undefined) continue;
    if (!config.disable_vnc) {
      await sayWhereTheScreenIs(machine, build);
      if (hasVncPassword(config)) await setVncPassword(config, machine.qmp, build);
    }
    if (otherMonitorSocket !== undefined) build.say(`QEMU's monitor is at ${otherMonitorSocket}`);
    return machine;
  }
  throw new StepError(
    range.last - range.first <= 1
      ? `port ${range.first} of 127.0.0.1, which is to lead to the guest, is taken`
      : `no port from ${range.first} to ${range.last - 1} of 127.0.0.1 is free to lead to the guest`,
    {
      code: 'HOST_PORT_TAKEN',
      pointer: '/host_port_min',
      hint: 'widen host_port_min and host_port_max, or end what listens there',
    },
  );
}

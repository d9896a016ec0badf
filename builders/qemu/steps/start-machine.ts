import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CancelledError, pathKind, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { overrideArguments, toArgv, type Argument } from '../arguments.ts';
import { ownArguments, type MachineFacts } from '../command-line.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { lastLines } from '../console.ts';
import type { QemuDriver } from '../driver.ts';
import { machineOf, watchMachine, type Machine, type MachinePlaces } from '../machine.ts';
import { portRange, portsInTurn } from '../port-range.ts';
import { connectQmp } from '../qmp.ts';
import type { Disks } from './create-disks.ts';
import type { Kernel } from './find-kernel.ts';
import type { Source } from './find-source.ts';
import type { BuildKey } from './make-key.ts';
import type { Media } from './make-media.ts';
import type { GuestHttp } from './serve-http.ts';

/** Logs and pictures. */
const CONSOLES_KEPT = 60;
/** Length that fits into a socket's address everywhere. */
const LONGEST_SOCKET_PATH = 100;

export interface Ingredients {
  readonly accelerator: string | undefined;
  readonly source: Source;
  /** What to start in the place of a boot loader. */
  readonly kernel: Kernel | undefined;
  readonly disks: Disks;
  readonly media: Media;
  readonly http: GuestHttp;
  readonly key: BuildKey | undefined;
  /** The machine's name. */
  readonly name: string;
  /** `output_directory` as the template has it. */
  readonly outputDirectory: string;
}

/** A new file for the console, in the cache directory; only the latest ones are kept there. */
async function consoleFileFor(build: BuildRun): Promise<string> {
  const directory = join(build.cacheDirectory, 'qemu-consoles');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const old = (await readdir(directory)).sort().slice(0, -CONSOLES_KEPT);
  await Promise.all(old.map((name) => rm(join(directory, name), { force: true })));
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return join(directory, `${time}-${build.name.replace(/[^\w.-]/g, '_')}-${build.runId.slice(0, 8)}.log`);
}

/** "kiln attach" looks for sockets of such names among what a run has. */
function consoleSocketName(build: BuildRun): string {
  return `console-${build.displayName.replace(/[^\w.-]/g, '_').slice(0, 24)}`;
}

/** A directory whose path is short enough for sockets. */
async function socketDirectory(build: BuildRun): Promise<string> {
  const directory = await build.temporaryDirectory();
  if (join(directory, consoleSocketName(build)).length <= LONGEST_SOCKET_PATH) return directory;
  const acquired = await build.acquire(pathKind, {
    describe: 'directory of the socket to QEMU',
    hints: { directory: tmpdir() },
    create: async (token) => {
      const path = join(tmpdir(), `kiln-${token}`);
      await mkdir(path, { mode: 0o700 });
      return { id: path, handle: path };
    },
  });
  return acquired.handle;
}

async function displayFor(config: QemuBuilderConfig, driver: QemuDriver): Promise<string | undefined> {
  if (config.use_default_display) return undefined;
  if (config.display !== undefined && config.display !== '') return config.display;
  const session = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
  if (config.headless || !session) return 'none';
  return (await driver.listDisplays()).includes('gtk') ? 'gtk' : 'none';
}

/** The template's arguments; a path below `output_directory` is that of the directory while it is being made. */
function templateArguments(
  config: QemuBuilderConfig,
  { http, disks, name, outputDirectory }: Ingredients,
  hostPort: number | undefined,
  build: BuildRun,
): string[][] {
  const data = {
    HTTPIP: http.seenByGuest?.ip ?? '',
    HTTPPort: http.seenByGuest?.port ?? 0,
    HTTPDir: config.http_directory ?? '',
    OutputDir: disks.directory,
    Name: name,
    SSHHostPort: hostPort ?? 0,
  };
  const escaped = outputDirectory.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\/+$/, '');
  const below = new RegExp(`(^|[=,])(?:\\./)?${escaped}/`, 'g');
  return (config.qemuargs ?? []).map((argument) =>
    argument.map((text) =>
      build.render(text, data).replace(below, (_, before: string) => `${before}${disks.directory}/`),
    ),
  );
}

function isPortTaken(log: string): boolean {
  return /Could not set up host forwarding rule/.test(log);
}

/** Starts QEMU on one port; undefined when the port is taken. Throws `StepError` MACHINE_NOT_STARTED. */
async function startOn(
  hostPort: number | undefined,
  argv: readonly string[],
  places: MachinePlaces,
  driver: QemuDriver,
  build: BuildRun,
): Promise<Machine | undefined> {
  const { consoleFile, logFile, monitorSocket } = places;
  await rm(logFile, { force: true });
  const owned = await driver.start(`build ${build.displayName}`, argv, logFile);
  const watch = watchMachine(owned, consoleFile, logFile);
  const ready = AbortSignal.any([watch.failed, build.signal]);
  try {
    const qmp = await connectQmp(monitorSocket, ready, watch.onEvent);
    return machineOf(owned, watch, qmp, places, hostPort);
  } catch (error) {
    watch.forget();
    await owned.stop();
    if (build.signal.aborted) throw new CancelledError();
    const log = await readFile(logFile, 'utf8').catch(() => '');
    if (isPortTaken(log)) return undefined;
    const lines = await lastLines(logFile);
    throw new StepError(['QEMU did not start', ...lines].join('\n  '), {
      code: 'MACHINE_NOT_STARTED',
      cause: error,
      ...(lines.some((line) => line.includes('VNC'))
        ? { hint: 'widen vnc_port_min and vnc_port_max, or set disable_vnc' }
        : {}),
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
  const { accelerator, source, kernel, disks, media, key, name } = ingredients;
  const places = {
    consoleFile: await consoleFileFor(build),
    logFile: join(await build.temporaryDirectory(), 'qemu.log'),
    monitorSocket: join(await socketDirectory(build), 'monitor'),
  };
  const facts: Omit<MachineFacts, 'hostPort'> = {
    name,
    accelerator,
    disks: disks.all,
    iso: source.kind === 'iso' ? source.path : undefined,
    ...media,
    kernel,
    efiVars: disks.efiVars,
    consoleFile: places.consoleFile,
    consoleSocket: join(dirname(places.monitorSocket), consoleSocketName(build)),
    monitorSocket: places.monitorSocket,
    publicKeyFile: key?.publicKeyFile,
    display: await displayFor(config, driver),
  };
  const range = portRange(config);
  const forwards = !config.skip_nat_mapping && config.communicator !== 'none';
  for (const hostPort of forwards ? portsInTurn(range) : [undefined]) {
    const template = templateArguments(config, ingredients, hostPort, build);
    const list: readonly Argument[] = overrideArguments(ownArguments(config, { ...facts, hostPort }), template);
    const argv = toArgv(list);
    build.debug(
      `${driver.qemu} ${argv.map((part) => (/[^\w@%+=:,./-]/.test(part) ? JSON.stringify(part) : part)).join(' ')}`,
    );
    const machine = await startOn(hostPort, argv, places, driver, build);
    if (machine === undefined) continue;
    if (!config.disable_vnc) await sayWhereTheScreenIs(machine, build);
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

import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { temporaryDirectory, cachePlace, socketKind } from '../../../plugins/sdk/host.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';

/** Logs and pictures. */
const CONSOLES_KEPT = 60;
/** Bytes that fit into a socket's address everywhere. */
const LONGEST_SOCKET_PATH = 100;
/** TMPDIR may be long. */
const SHORT_DIRECTORY = '/tmp';

/** A new file for the console, in the cache directory; only the latest ones are kept there. */
export async function consoleFileFor(build: BuildRun): Promise<string> {
  const directory = await cachePlace(build.cacheDirectory, 'qemu-consoles', 0o700);
  const old = (await readdir(directory)).sort().slice(0, -CONSOLES_KEPT);
  await Promise.all(old.map((name) => rm(join(directory, name), { force: true })));
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return join(directory, `${time}-${build.name.replace(/[^\w.-]/g, '_')}-${build.runId.slice(0, 8)}.log`);
}

/** The file name of the console's socket: whoever looks at the directory sees whose it is. */
export function consoleSocketName(build: BuildRun): string {
  return `console-${build.displayName.replace(/[^\w.-]/g, '_').slice(0, 24)}`;
}

/** A new directory whose path is short enough for sockets. */
export async function socketDirectory(build: BuildRun): Promise<string> {
  const directory = await build.temporaryDirectory();
  if (Buffer.byteLength(join(directory, consoleSocketName(build))) <= LONGEST_SOCKET_PATH) return directory;
  return temporaryDirectory(build, 'directory of the socket to QEMU', SHORT_DIRECTORY);
}

/**
 * Where the monitor for others is, or undefined when there is none; what is there when the build ends is removed.
 * `belowOutput` leads paths in `output_directory` to where that is being made. Throws `StepError` QMP_SOCKET_TAKEN.
 */
export async function otherMonitorSocket(
  config: QemuBuilderConfig,
  belowOutput: (text: string) => string,
  build: BuildRun,
): Promise<string | undefined> {
  const { qmp_socket_path: wanted } = config;
  if (wanted === undefined) {
    return config.qmp_enable ? join(await socketDirectory(build), 'other-monitor') : undefined;
  }
  const path = resolve(belowOutput(wanted));
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined) {
    throw new StepError(`${path}, which is to be the socket of QEMU's monitor, exists`, {
      code: 'QMP_SOCKET_TAKEN',
      pointer: '/qmp_socket_path',
      hint: 'choose another path, or remove it when no build uses it any more',
    });
  }
  const acquired = await build.acquire(socketKind, {
    describe: "socket of QEMU's monitor",
    locator: { path },
    create: () => Promise.resolve({ id: path, handle: path }),
  });
  return acquired.handle;
}

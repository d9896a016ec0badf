import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, StepError, throwIfCancelled, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { startProcess, temporaryDirectory, type OwnedProcess } from '../../../plugins/sdk/host.ts';
import type { NamedDisk } from '../../_shared/disk-image.ts';
import { openBlockDevice, type BlockDevice } from '../free-space/block-device.ts';
import { freeInExt } from '../free-space/ext.ts';
import { freeInFat } from '../free-space/fat.ts';
import { joined } from '../free-space/free-space.ts';
import { freeElsewhere } from '../free-space/other-content.ts';
import { findAreas, type Area } from '../free-space/partitions.ts';

/** Bytes that fit into a socket's address everywhere. */
const LONGEST_SOCKET_PATH = 100;
const SERVER_LIMIT = 30_000;
const MIB = 1_048_576;

async function socketPath(run: PostProcessRun): Promise<string> {
  const path = join(await run.temporaryDirectory(), 'nbd');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  return join(await temporaryDirectory(run, 'directory of the socket to qemu-nbd', '/tmp'), 'nbd');
}

function serverFailed(message: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'CONVERT_DISK_SERVER', pointer: '/zero_free', cause });
}

/** Waits until the server has made its socket. */
async function connect(path: string, server: OwnedProcess, signal: AbortSignal): Promise<BlockDevice> {
  const state = { ended: false };
  void server.exited.then(() => {
    state.ended = true;
  });
  for (const until = performance.now() + SERVER_LIMIT; ;) {
    throwIfCancelled(signal);
    try {
      return await openBlockDevice(path);
    } catch (error) {
      if (!state.ended && performance.now() < until) {
        await delay(20);
        continue;
      }
      throw serverFailed('qemu-nbd does not serve the disk', error);
    }
  }
}

async function zeroArea(device: BlockDevice, area: Area, disk: string, run: PostProcessRun): Promise<void> {
  const readers = [freeInExt, freeInFat, freeElsewhere];
  for (const read of readers) {
    const found = await read(device, area);
    if (found === undefined) continue;
    const { kind, free } = found;
    if (typeof free === 'string') {
      run.warn(`the free space of ${area.name} of ${disk} (${kind}) is left as it is: ${free}`);
      return;
    }
    let zeroed = 0;
    for await (const { offset, length } of joined(free)) {
      throwIfCancelled(run.signal);
      await device.zero(offset, length);
      zeroed += length;
    }
    run.say(`${Math.round(zeroed / MIB)} MiB of ${area.name} of ${disk} (${kind}) are free and read as zeros`);
    return;
  }
}

/** Makes what the file systems of a disk do not use read as zeros, in the overlay `disk`; `shown` is what people call it. */
export async function zeroFree(disk: NamedDisk, shown: string, run: PostProcessRun): Promise<void> {
  const path = await socketPath(run);
  const args = ['-k', path, '-f', disk.format, '--discard=unmap', '--cache=unsafe', disk.path];
  const server = await startProcess(run, { describe: `qemu-nbd of ${shown}`, program: 'qemu-nbd', args });
  const device = await connect(path, server, run.signal);
  try {
    for (const area of await findAreas(device)) await zeroArea(device, area, shown, run);
  } catch (error) {
    throw error instanceof KilnError ? error : serverFailed('qemu-nbd did not do what it was asked for', error);
  } finally {
    device.close();
  }
  // It writes what it holds back, and ends when its only client has gone.
  const { exitStatus } = await server.exited;
  if (exitStatus !== 0) throw serverFailed(`qemu-nbd ended with status ${exitStatus ?? 'unknown'}`);
  await server.stop();
}

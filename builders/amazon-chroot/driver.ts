import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesOf, serialOf } from './device-names.ts';

async function isBlockDevice(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isBlockDevice(),
    () => false,
  );
}

/** The block device that a path leads to; undefined when it leads to none. */
export async function blockDeviceAt(path: string): Promise<string | undefined> {
  return (await isBlockDevice(path)) ? realpath(path) : undefined;
}

/** Names of what is in /dev. */
export async function deviceNodes(): Promise<readonly string[]> {
  return readdir('/dev');
}

async function nvmeWithSerial(serial: string): Promise<string | undefined> {
  const directory = '/sys/block';
  for (const name of await readdir(directory).catch((): string[] => [])) {
    const text = await readFile(join(directory, name, 'device/serial'), 'utf8').catch(() => '');
    if (text.trim() === serial) return blockDeviceAt(join('/dev', name));
  }
  return undefined;
}

/** The device node of an attached volume: the NVMe device of its id, or the one named as it was attached. */
export async function nodeOfVolume(volumeId: string, device: string): Promise<string | undefined> {
  const serial = serialOf(volumeId);
  const byId = await blockDeviceAt(`/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${serial}`);
  const found = byId ?? (await nvmeWithSerial(serial));
  if (found !== undefined) return found;
  for (const name of namesOf(device)) {
    const node = await blockDeviceAt(name);
    if (node !== undefined) return node;
  }
  return undefined;
}

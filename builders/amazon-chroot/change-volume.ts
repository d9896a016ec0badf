import { connectionData, openChroot, type BuildRun, type RenderData } from '../../plugins/sdk/index.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { labelOf, partitionNode } from './device-names.ts';
import { blockDeviceAt } from './driver.ts';
import type { Host } from './host.ts';
import { copyFiles } from './steps/copy-files.ts';
import { findDeviceNode, waitForNode, type DeviceNode } from './steps/find-device-node.ts';
import { mountInTree, treeMounts } from './steps/mount-in-tree.ts';
import { mountVolume } from './steps/mount-volume.ts';
import { runCommands } from './steps/run-commands.ts';

/** A volume that is attached to this machine. */
export interface AttachedVolume {
  readonly id: string;
  /** The name it was attached under. */
  readonly device: string;
  /** Paravirtual images have no partitions. */
  readonly virtualization: string;
}

const PARTITION_LIMIT_MILLISECONDS = 20_000;

function texts(facts: RenderData): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

async function findPartition({ node }: DeviceNode, partition: string, signal: AbortSignal): Promise<string> {
  const path = partitionNode(node, partition);
  const hint = 'mount_partition says which partition is mounted; with from_scratch, pre_mount_commands make it';
  return waitForNode(path, () => blockDeviceAt(path), { signal, hint }, PARTITION_LIMIT_MILLISECONDS);
}

/** Mounts the volume, runs the provisioners in it and unmounts it again. */
export async function changeVolume(
  config: AmazonChrootBuilderConfig,
  volume: AttachedVolume,
  facts: RenderData,
  host: Host,
  build: BuildRun,
): Promise<void> {
  const { signal } = build;
  const node = await build.step('find device node', () =>
    findDeviceNode(volume.id, volume.device, config.nvme_device_path, signal),
  );
  const number = volume.virtualization === 'paravirtual' ? '' : config.mount_partition;
  const path = build.render(config.mount_path, { Device: labelOf(volume.device) });
  const names = { Device: node.shown, Partition: partitionNode(node.shown, number) };
  const { pre_mount_commands: before = [], post_mount_commands: after = [] } = config;
  if (before.length > 0) {
    await build.step('run pre_mount_commands', () => runCommands('pre_mount_commands', before, names, host, build));
  }
  const tree = await build.step('mount volume', async () =>
    mountVolume(await findPartition(node, number, signal), path, config.mount_options, host, build),
  );
  if (after.length > 0) {
    const data = { ...names, MountPath: path };
    await build.step('run post_mount_commands', () => runCommands('post_mount_commands', after, data, host, build));
  }
  const mounts = treeMounts(config.chroot_mounts);
  const inner = await build.step('mount file systems', () => mountInTree(tree, mounts, host, build));
  const files = config.copy_files ?? (config.from_scratch ? [] : ['/etc/resolv.conf']);
  const putBack = await build.step('copy files', () => copyFiles(tree, files, host, build));

  const guest = await openChroot({ root: path, wrap: host.wrap, warn: (text) => build.warn(text) });
  const data = { ...connectionData(guest), ...texts(facts), Device: node.shown, MountPath: path };
  await build.provision(guest, data);

  await build.step('unmount volume', async () => {
    await putBack();
    for (const mount of inner.toReversed()) await mount.release();
    await tree.acquired.release();
  });
}

import { connectionData, openChroot } from '../../plugins/sdk/guest.ts';
import type { BuildRun, RenderData } from '../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { labelOf, partitionNode } from './device-names.ts';
import { blockDeviceAt } from './driver.ts';
import type { Host } from './host.ts';
import { copyAgain, copyFiles, restoreFiles, type Copy } from './steps/copy-files.ts';
import { findDeviceNode, waitForNode, type DeviceNode } from './steps/find-device-node.ts';
import { takeOverMounts, type NotedMounts } from './steps/mount-again.ts';
import { mountInTree, treeMounts, type MountedTree } from './steps/mount-in-tree.ts';
import { mountVolume, type Tree } from './steps/mount-volume.ts';
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
  const pointer = '/mount_partition';
  return waitForNode(path, () => blockDeviceAt(path), { signal, hint, pointer }, PARTITION_LIMIT_MILLISECONDS);
}

interface Names {
  readonly node: DeviceNode;
  /** Number of the partition that is mounted. */
  readonly partition: string;
  /** Where the volume is mounted. */
  readonly path: string;
}

async function namesOf(config: AmazonChrootBuilderConfig, volume: AttachedVolume, build: BuildRun): Promise<Names> {
  const node = await build.step('find device node', () =>
    findDeviceNode(volume.id, volume.device, config.nvme_device_path, build.signal),
  );
  return {
    node,
    partition: volume.virtualization === 'paravirtual' ? '' : config.mount_partition,
    path: build.render(config.mount_path, { Device: labelOf(volume.device) }, '/mount_path'),
  };
}

function mount(
  config: AmazonChrootBuilderConfig,
  { node, partition, path }: Names,
  host: Host,
  build: BuildRun,
): Promise<Tree> {
  return build.step('mount volume', async () =>
    mountVolume(await findPartition(node, partition, build.signal), path, config.mount_options, host, build),
  );
}

function mountWithin(config: AmazonChrootBuilderConfig, tree: Tree, host: Host, build: BuildRun): Promise<MountedTree> {
  return build.step('mount file systems', () => mountInTree(tree, treeMounts(config.chroot_mounts), host, build));
}

/** A volume that provisioners can work in. */
export interface PreparedVolume extends MountedTree {
  readonly node: DeviceNode;
  readonly copies: readonly Copy[];
}

/** Mounts the volume with what its programs need. */
export async function prepareVolume(
  config: AmazonChrootBuilderConfig,
  volume: AttachedVolume,
  host: Host,
  build: BuildRun,
): Promise<PreparedVolume> {
  const names = await namesOf(config, volume, build);
  const { node, partition, path } = names;
  const data = { Device: node.shown, Partition: partitionNode(node.shown, partition) };
  const { pre_mount_commands: before = [], post_mount_commands: after = [] } = config;
  if (before.length > 0) {
    await build.step('run pre_mount_commands', () => runCommands('pre_mount_commands', before, data, host, build));
  }
  const tree = await mount(config, names, host, build);
  if (after.length > 0) {
    const more = { ...data, MountPath: path };
    await build.step('run post_mount_commands', () => runCommands('post_mount_commands', after, more, host, build));
  }
  const mounted = await mountWithin(config, tree, host, build);
  const files = config.copy_files ?? (config.from_scratch ? [] : ['/etc/resolv.conf']);
  const copies = await build.step('copy files', () => copyFiles(tree, files, host, build));
  return { ...mounted, node, copies };
}

/** The volume as an earlier process had prepared it. What is not mounted any more is mounted again. */
export async function recoverVolume(
  config: AmazonChrootBuilderConfig,
  volume: AttachedVolume,
  noted: NotedMounts,
  host: Host,
  amazon: AmazonBuild,
): Promise<PreparedVolume> {
  const { build } = amazon;
  const names = await namesOf(config, volume, build);
  const { node, partition } = names;
  let mounted = await build.step('find mounts', () =>
    takeOverMounts(noted, partitionNode(node.node, partition), host, amazon),
  );
  if (mounted === undefined) {
    build.say('mounting the volume again; pre_mount_commands and post_mount_commands are not run again');
    mounted = await mountWithin(config, await mount(config, names, host, build), host, build);
  }
  const copies = await copyAgain(mounted.tree, noted.copies, host, build);
  return { ...mounted, node, copies };
}

/** Runs the provisioners in the volume and unmounts it. */
export async function provisionVolume(
  { node, tree, inner, copies }: PreparedVolume,
  facts: RenderData,
  host: Host,
  build: BuildRun,
): Promise<void> {
  const guest = await openChroot({ root: tree.path, wrap: host.wrap, warn: (text) => build.warn(text) });
  const data = { ...connectionData(guest), ...texts(facts), Device: node.shown, MountPath: tree.path };
  await build.provision(guest, data);

  await build.step('unmount volume', async () => {
    await restoreFiles(copies, host, build);
    for (const each of inner.toReversed()) await each.release();
    await tree.acquired.release();
  });
}

import * as builder from './builder-fixers.ts';
import type { Fixer } from './fixer.ts';
import * as image from './image-fixers.ts';
import * as other from './other-fixers.ts';

/** All fixers in Packer's order, which counts: later ones see what earlier ones made. */
export const fixers: readonly Fixer[] = [
  builder.isoMd5,
  builder.createTime,
  builder.virtualboxGuestAdditions,
  other.vagrantOverride,
  other.virtualboxRename,
  other.vmwareRename,
  builder.parallelsHeadless,
  builder.parallelsDeprecations,
  builder.sshKeyPath,
  builder.sshDisableAgent,
  builder.scalewayAccessKey,
  other.manifestFilename,
  builder.amazonShutdownBehavior,
  builder.amazonEnhancedNetworking,
  builder.amazonPrivateIp,
  builder.amazonSourceCidrs,
  other.dockerEmail,
  other.dockerTags,
  other.powershellEscapes,
  builder.vmwareCompaction,
  builder.hypervTempPath,
  builder.hypervVmcx,
  builder.hypervSizes,
  builder.cleanImageName,
  builder.spotPriceAutoProduct,
  builder.qemuDiskSize,
  other.galaxyCommand,
  image.communicatorPorts,
  builder.sshWaitTimeout,
  image.vsphereLists,
  image.isoChecksum,
  image.qemuHostPort,
  builder.azureExcludeFromLatest,
  builder.proxmoxType,
];

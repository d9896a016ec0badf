import type { AmazonWork } from '../../amazon-build.ts';
import type { Cloud } from '../../api/cloud.ts';
import type { Ec2Calls } from '../../api/driver.ts';
import type { MadeImage } from '../make-image.ts';
import type { ShareOptions } from '../../mixins/share.gen.ts';
import { onceKnown } from '../../api/wait.ts';

type Permission =
  { UserId: string } | { Group: 'all' } | { OrganizationArn: string } | { OrganizationalUnitArn: string };

function launchers(config: ShareOptions): Permission[] {
  return [
    ...(config.ami_users ?? []).map((UserId) => ({ UserId })),
    ...(config.ami_groups ?? []).map((group) => ({ Group: group as 'all' })),
    ...(config.ami_org_arns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(config.ami_ou_arns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
}

/** Lets others make volumes of the snapshot. */
export async function shareSnapshot(
  config: Pick<ShareOptions, 'snapshot_users' | 'snapshot_groups'>,
  SnapshotId: string,
  cloud: Cloud,
  signal: AbortSignal,
): Promise<void> {
  const Add = [
    ...(config.snapshot_users ?? []).map((UserId) => ({ UserId })),
    ...(config.snapshot_groups ?? []).map((group) => ({ Group: group as 'all' })),
  ];
  if (Add.length === 0) return;
  const input = { SnapshotId, CreateVolumePermission: { Add } };
  await onceKnown(() => cloud.ec2('ModifySnapshotAttribute', input), signal);
}

/** Lets others use the image and its snapshots, and sets what can only be set afterwards. */
export async function shareImage(config: ShareOptions, image: MadeImage, amazon: AmazonWork): Promise<void> {
  const cloud = amazon.cloud.in(image.region);
  const ImageId = image.id;
  const { signal } = amazon.build;
  const modify = (change: Ec2Calls['ModifyImageAttribute']['input']): Promise<unknown> =>
    onceKnown(() => cloud.ec2('ModifyImageAttribute', change), signal);
  const Add = launchers(config);
  if (Add.length > 0) await modify({ ImageId, LaunchPermission: { Add } });
  const ProductCodes = [...(config.ami_product_codes ?? [])];
  if (ProductCodes.length > 0) await modify({ ImageId, ProductCodes });
  if (config.imds_support !== undefined) {
    await modify({ ImageId, ImdsSupport: { Value: config.imds_support } });
  }
  await Promise.all(image.snapshotIds.map((id) => shareSnapshot(config, id, cloud, signal)));
  if (config.deprecate_at !== undefined) {
    const input = { ImageId, DeprecateAt: new Date(config.deprecate_at) };
    await onceKnown(() => cloud.ec2('EnableImageDeprecation', input), signal);
  }
}

/** Guards the image against being deregistered. */
export async function protectImage(config: ShareOptions, image: MadeImage, amazon: AmazonWork): Promise<void> {
  const { enabled = false, with_cooldown: WithCooldown = false } = config.deregistration_protection ?? {};
  if (!enabled && !WithCooldown) return;
  const cloud = amazon.cloud.in(image.region);
  const input = { ImageId: image.id, WithCooldown };
  await onceKnown(() => cloud.ec2('EnableImageDeregistrationProtection', input), amazon.build.signal);
}

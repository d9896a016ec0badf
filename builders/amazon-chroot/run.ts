import {
  StepError,
  type Acquired,
  type Artifact,
  type BuildRun,
  type JsonValue,
  type RenderData,
} from '../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import { thisMachine, type Machine } from '../_amazon/api/machine.ts';
import { checkCopies } from '../_amazon/images/copy-plan.ts';
import { startAmazon } from '../_amazon/start.ts';
import { checkNames } from '../_amazon/images/check-names.ts';
import { fillInTags } from '../_amazon/fill-in-tags.ts';
import { findSourceImage } from '../_amazon/instance/find-source-image.ts';
import { sourceFacts } from '../_amazon/tags.ts';
import {
  prepareVolume,
  provisionVolume,
  recoverVolume,
  type AttachedVolume,
  type PreparedVolume,
} from './change-volume.ts';
import { lost } from '../_cloud/lost.ts';
import { checkpointOf, readCheckpoint, subjectOf, type Checkpoint, type Subject } from './checkpoint.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { checkPrivileges, type Host } from './host.ts';
import { finishEarlier, imagesOf } from './make-images.ts';
import { attachVolume, type Attached } from './steps/attach-volume.ts';
import { createVolume } from './steps/create-volume.ts';
import { findAttachment, findVolume } from './steps/find-volume.ts';
import { noteMounts } from './steps/mount-again.ts';

function checkRegion({ region }: Machine, { cloud }: AmazonBuild): void {
  if (region === cloud.region) return;
  const message = `the build is for ${cloud.region}, and this machine is in ${region}: volumes do not leave their region`;
  throw new StepError(message, {
    code: 'AMAZON_CHROOT_REGION',
    pointer: '/region',
    hint: `build in ${region}, and name others in ami_regions`,
  });
}

function checkMachine({ instanceId }: Machine, { instance, volume }: Subject): void {
  if (instanceId === instance) return;
  throw lost(`the volume ${volume} is of ${instance}, and this machine is ${instanceId}`, 'resume it there');
}

interface BuildPlace {
  readonly machine: Machine;
  readonly amazon: AmazonBuild;
  readonly host: Host;
}

async function findPlace(config: AmazonChrootBuilderConfig, build: BuildRun): Promise<BuildPlace> {
  checkPrivileges(config.command_wrapper, { platform: process.platform, userId: process.getuid?.() });
  const machine = await build.step('find this machine', () => thisMachine(build.signal));
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  checkRegion(machine, amazon);
  const host: Host = {
    wrap: (command) => build.render(config.command_wrapper, { Command: command }, '/command_wrapper'),
  };
  return { machine, amazon, host };
}

function volumeOf(
  { volume, source }: Subject,
  { device }: Attached,
  config: AmazonChrootBuilderConfig,
): AttachedVolume {
  const virtualization = source?.VirtualizationType ?? config.ami_virtualization_type ?? 'hvm';
  return { id: volume, device, virtualization };
}

/** Has the provisioners change the volume; once nothing uses it any more, it is made images of. */
async function provisionAndImage(
  config: AmazonChrootBuilderConfig,
  subject: Subject,
  { prepared, attachment }: { readonly prepared: PreparedVolume; readonly attachment: Acquired<string, undefined> },
  facts: RenderData,
  { amazon, host }: BuildPlace,
): Promise<Artifact> {
  const { build } = amazon;
  await build.checkpoint(checkpointOf('provisioning', subject, { mounts: noteMounts(prepared, host) }));
  await provisionVolume(prepared, facts, host, build);
  await build.step('detach volume', () => attachment.release());
  return imagesOf(subject, config, amazon);
}

export async function run(given: AmazonChrootBuilderConfig, build: BuildRun): Promise<Artifact> {
  const place = await findPlace(given, build);
  const { machine, amazon, host } = place;
  checkCopies(given, amazon.cloud.region);
  if (!given.skip_create_ami) await build.step('check names', () => checkNames(given, amazon));
  const source = given.from_scratch
    ? undefined
    : await build.step('find source image', () => findSourceImage(given, amazon));
  const facts = sourceFacts(amazon.cloud.region, source ?? {});
  const config = fillInTags(given, facts, build);
  const { id } = await build.step('create volume', () => createVolume(config, source, machine, amazon));
  const attached = await build.step('attach volume', () => attachVolume(id, config.device_path, machine, amazon));
  const subject = { volume: id, instance: machine.instanceId, source };
  const prepared = await prepareVolume(config, volumeOf(subject, attached, config), host, build);
  return provisionAndImage(config, subject, { prepared, attachment: attached.acquired }, facts, place);
}

async function provisionAgain(
  config: AmazonChrootBuilderConfig,
  subject: Subject,
  mounts: NonNullable<Checkpoint['mounts']>,
  facts: RenderData,
  place: BuildPlace,
): Promise<Artifact> {
  const { machine, amazon, host } = place;
  checkMachine(machine, subject);
  const attached = await amazon.build.step('find attachment', () =>
    findAttachment(subject.volume, config.device_path, machine, amazon),
  );
  const prepared = await recoverVolume(config, volumeOf(subject, attached, config), mounts, host, amazon);
  return provisionAndImage(config, subject, { prepared, attachment: attached.acquired }, facts, place);
}

/**
 * Goes on with the volume of an earlier process, mounted or not, or with its images. Throws `StepError` RESUME_LOST on
 * another machine, and when the volume is gone.
 */
export async function resume(given: AmazonChrootBuilderConfig, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const checkpoint = readCheckpoint(state);
  const { stage, mounts, pending } = checkpoint;
  const subject = subjectOf(checkpoint);
  const place = await findPlace(given, build);
  const { amazon } = place;
  if (stage === 'imaged') return finishEarlier(checkpoint, given, amazon);
  const facts = sourceFacts(amazon.cloud.region, subject.source ?? {});
  const config = fillInTags(given, facts, build);
  await build.step('find volume', () => findVolume(subject.volume, amazon));
  if (stage === 'provisioning' && mounts !== null) return provisionAgain(config, subject, mounts, facts, place);
  return imagesOf(subject, config, amazon, pending);
}

import { StepError, type Artifact, type BuildRun, type RenderData } from '../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import { artifactOf } from '../_amazon/images/artifact.ts';
import { planCopies, type CopyPlan } from '../_amazon/images/copy-plan.ts';
import type { Image } from '../_amazon/driver.ts';
import type { MadeImage } from '../_amazon/images/make-image.ts';
import { thisMachine, type Machine } from '../_amazon/machine.ts';
import { finishImages, imageLabel, makeImages, type ImageLabel } from '../_amazon/images/publish-images.ts';
import { startAmazon } from '../_amazon/start.ts';
import { checkNames } from '../_amazon/steps/check-names.ts';
import { createSnapshot } from '../_amazon/steps/create-snapshot.ts';
import { findSourceImage } from '../_amazon/steps/find-source-image.ts';
import { registerImage } from '../_amazon/images/steps/register-image.ts';
import { sourceFacts } from '../_amazon/tags.ts';
import { changeVolume } from './change-volume.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { checkPrivileges, type Host } from './host.ts';
import { imageProperties } from './registration.ts';
import { attachVolume } from './steps/attach-volume.ts';
import { createVolume } from './steps/create-volume.ts';

const BUILDER_ID = 'mitchellh.amazon.chroot';

function checkRegion({ region }: Machine, { cloud }: AmazonBuild): void {
  if (region === cloud.region) return;
  const message = `the build is for ${cloud.region}, and this machine is in ${region}: volumes do not leave their region`;
  throw new StepError(message, {
    code: 'AMAZON_CHROOT_REGION',
    pointer: '/region',
    hint: `build in ${region}, and name others in ami_regions`,
  });
}

/** The volume is encrypted from the start: the build's own region needs no copy for that. */
function copyPlan(config: AmazonChrootBuilderConfig, home: string): CopyPlan {
  const copies = planCopies(config, home).copies.filter(({ region }) => region !== home);
  return { intermediary: config.skip_save_build_region, copies };
}

async function imageOf(
  volumeId: string,
  config: AmazonChrootBuilderConfig,
  source: Image | undefined,
  label: ImageLabel,
  amazon: AmazonBuild,
): Promise<MadeImage> {
  const { build } = amazon;
  const { name, description, tags } = label;
  const snapshot = await build.step('create snapshot', () =>
    createSnapshot({ volumeId, description, tags: tags.snapshot }, amazon),
  );
  const image = imageProperties(config, source, snapshot.id);
  return build.step('register image', () =>
    registerImage({ name, description, tags, image, snapshots: [snapshot] }, amazon),
  );
}

/** Makes the volume, has the provisioners change it, and resolves with its id once nothing uses it any more. */
async function bakeVolume(
  config: AmazonChrootBuilderConfig,
  source: Image | undefined,
  machine: Machine,
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<string> {
  const { build } = amazon;
  const host: Host = { wrap: (command) => build.render(config.command_wrapper, { Command: command }) };
  const { id } = await build.step('create volume', () => createVolume(config, source, machine, facts, amazon));
  const { device, acquired } = await build.step('attach volume', () =>
    attachVolume(id, config.device_path, machine, amazon),
  );
  const virtualization = source?.VirtualizationType ?? config.ami_virtualization_type ?? 'hvm';
  await changeVolume(config, { id, device, virtualization }, facts, host, build);
  await build.step('detach volume', () => acquired.release());
  return id;
}

export async function run(config: AmazonChrootBuilderConfig, build: BuildRun): Promise<Artifact> {
  checkPrivileges(config.command_wrapper, { platform: process.platform, userId: process.getuid?.() });
  const machine = await build.step('find this machine', () => thisMachine(build.signal));
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  const { cloud } = amazon;
  checkRegion(machine, amazon);
  if (!config.skip_create_ami) await build.step('check names', () => checkNames(config, amazon));
  const source = config.from_scratch
    ? undefined
    : await build.step('find source image', () => findSourceImage(config, amazon));
  const facts = sourceFacts(cloud.region, source ?? {});
  const volumeId = await bakeVolume(config, source, machine, facts, amazon);
  if (config.skip_create_ami) return artifactOf(BUILDER_ID, [], cloud);

  const plan = copyPlan(config, cloud.region);
  const make = (label: ImageLabel): Promise<MadeImage> => imageOf(volumeId, config, source, label, amazon);
  const images = await makeImages(config, imageLabel(config, facts, amazon), make, amazon, plan);
  await finishImages(config, images, amazon);
  return artifactOf(BUILDER_ID, images, cloud);
}

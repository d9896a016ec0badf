import type { Image, Volume } from '../../../clients/openstack/index.ts';
import { ownTags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

const GIB = 1024 ** 3;

/** The least size of a volume for the image, in GiB. */
export function leastSize({ min_disk: minDisk, size, virtual_size: virtual }: Image): number {
  return Math.max(1, minDisk, Math.ceil(Math.max(size ?? 0, virtual ?? 0) / GIB));
}

/** Waits until the volume can be used. Throws `StepError` OPENSTACK_FAILED when it cannot be made. */
export async function waitForVolume(
  id: string,
  config: Pick<OpenstackBuilderConfig, 'instance_timeout'>,
  { build, cloud }: OpenstackBuild,
): Promise<Volume> {
  const look = async (): Promise<PollResult<Volume>> => {
    const volume = await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.get(id, call));
    const { status } = volume;
    if (status === 'available') return { done: volume };
    if (!status.startsWith('error')) return { state: status };
    return {
      failed: `Cinder says ${status}`,
      hint: `"openstack volume message list --os-volume-api-version 3.3" may tell why; often no room, or an unknown volume_type`,
    };
  };
  const limit = { milliseconds: config.instance_timeout, option: 'instance_timeout' };
  return waitUntil({ thing: `the volume ${id}`, wanted: 'available', limit, look }, build);
}

/** Makes the volume that the server is to run on, and waits until it can be used. */
export async function createVolume(
  config: OpenstackBuilderConfig,
  source: Image,
  openstack: OpenstackBuild,
): Promise<Volume> {
  const { build, cloud, kinds } = openstack;
  const zone = config.volume_availability_zone ?? config.availability_zone;
  const locator = locatorOf(cloud);
  const { id } = await build.acquire(kinds.volume, {
    describe: 'volume that the server runs on',
    locator,
    create: (token) =>
      kinds.volume.createUnlessRefused(token, async () => {
        const request = {
          name: config.volume_name ?? `packer_${token}`,
          size: config.volume_size ?? leastSize(source),
          imageRef: source.id,
          ...(config.volume_type === undefined ? {} : { volume_type: config.volume_type }),
          ...(zone === undefined ? {} : { availability_zone: zone }),
          metadata: ownTags(build, token),
        };
        const ask = async (): Promise<string> =>
          (await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.create(request, call))).id;
        return { id: await makeOnce(kinds.volume, { token, locator, signal: build.signal }, ask), handle: undefined };
      }),
  });
  build.say(`the volume is ${id}`);
  return waitForVolume(id, config, openstack);
}

import type { Image } from '../../../clients/openstack/index.ts';
import { ownTags } from '../../../plugins/sdk/cloud.ts';
import { aboutOption } from '../../../plugins/sdk/index.ts';
import { waitForImage } from '../../_openstack/images/wait-for-image.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

const POINTER = '/external_source_image_url';

/** Has Glance download the image to start from, and waits until it is active; it goes with the build. */
export async function importSourceImage(config: OpenstackBuilderConfig, openstack: OpenstackBuild): Promise<Image> {
  const { build, cloud, kinds } = openstack;
  const { external_source_image_url: uri = '', external_source_image_properties: properties = {} } = config;
  const locator = locatorOf(cloud);
  const { id } = await build.acquire(kinds.image, {
    describe: 'source image that Glance downloads',
    locator,
    create: (token) =>
      kinds.image.createUnlessRefused(token, async () => {
        const request = {
          ...properties,
          name: `packer_${token}`,
          container_format: 'bare',
          disk_format: config.external_source_image_format,
          ...ownTags(build, token),
        };
        const ask = async (): Promise<string> =>
          (await cloud.ask(({ image }, call) => image.images.create(request, call))).id;
        return { id: await makeOnce(kinds.image, { token, locator, signal: build.signal }, ask), handle: undefined };
      }),
  });
  await aboutOption(POINTER, () =>
    cloud.ask(({ image }, call) => image.images.import(id, { method: { name: 'web-download', uri } }, call)),
  );
  build.say(`Glance downloads the source image ${id}`);
  const limit = { milliseconds: config.image_creation_timeout, option: 'image_creation_timeout' };
  return aboutOption(POINTER, () => waitForImage(id, limit, openstack));
}

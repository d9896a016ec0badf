import type { Image, ImageFilter } from '../../../clients/openstack/index.ts';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { importSourceImage } from './import-source-image.ts';

type Filters = NonNullable<NonNullable<OpenstackBuilderConfig['source_image_filter']>['filters']>;

/** How many images are named in a message, and whether there are more. */
const NAMED = 5;

function query({ name, owner, tags, visibility }: Filters): ImageFilter {
  return {
    status: 'active',
    sort: 'created_at:desc',
    ...(name === undefined ? {} : { name }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tag: tags }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

function fits(image: Image, { properties = {} }: Filters): boolean {
  return Object.entries(properties).every(([name, value]) => image[name] === value);
}

function choose(images: readonly Image[], mostRecent: boolean, pointer: string): Image {
  const [newest, other] = images;
  if (newest === undefined) {
    throw new StepError('no active image is the source that is asked for', {
      code: 'OPENSTACK_SOURCE_MISSING',
      pointer,
      hint: 'see what there is with: openstack image list --status active',
    });
  }
  if (other === undefined || mostRecent) return newest;
  const names = images.slice(0, NAMED).map(({ id, name }) => `${id} (${name ?? 'without name'})`);
  const more = images.length > NAMED ? ', …' : '';
  throw new StepError(`${images.length} images fit: ${names.join(', ')}${more}`, {
    code: 'OPENSTACK_SOURCE_AMBIGUOUS',
    pointer,
    hint: 'name one by source_image, or use source_image_filter with most_recent',
  });
}

async function search(
  filters: Filters,
  { mostRecent, pointer }: { readonly mostRecent: boolean; readonly pointer: string },
  { cloud }: OpenstackBuild,
): Promise<Image> {
  // Of several the newest is the first; with properties any page may have it.
  const most = mostRecent && filters.properties === undefined ? 1 : undefined;
  const found = await aboutOption(pointer, () =>
    cloud.ask(({ image }, call) => image.images.list(query(filters), most, call)),
  );
  return choose(
    found.filter((image) => fits(image, filters)),
    mostRecent,
    pointer,
  );
}

async function byId(given: string, { cloud }: OpenstackBuild): Promise<Image> {
  // Packer's docs allow a URL.
  const id = given.replace(/\/+$/, '').replace(/^.*\//, '');
  const image = await aboutOption('/source_image', () =>
    cloud.ask((client, call) => client.image.images.get(id, call)),
  );
  if (image.status === 'active') return image;
  throw new StepError(`the source image ${id} is ${image.status}, and has to be active`, {
    code: 'OPENSTACK_SOURCE_UNFIT',
    pointer: '/source_image',
  });
}

function find(config: OpenstackBuilderConfig, openstack: OpenstackBuild): Promise<Image> {
  const { source_image: id, source_image_name: name, source_image_filter: filter } = config;
  if (id !== undefined) return byId(id, openstack);
  if (config.external_source_image_url !== undefined) return importSourceImage(config, openstack);
  if (name !== undefined) return search({ name }, { mostRecent: false, pointer: '/source_image_name' }, openstack);
  const asked = { mostRecent: filter?.most_recent === true, pointer: '/source_image_filter' };
  return search(filter?.filters ?? {}, asked, openstack);
}

/** Throws `StepError` OPENSTACK_SOURCE_… when there is not one image to start from, or it cannot be one. */
export async function findSourceImage(config: OpenstackBuilderConfig, openstack: OpenstackBuild): Promise<Image> {
  const image = await find(config, openstack);
  openstack.build.say(`the source is ${image.id} (${image.name ?? 'without name'})`);
  return image;
}

import { errorAt, pointerToken, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { GlanceOptions } from '../mixins/glance.gen.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';

type Diagnostics = readonly Diagnostic[];

/** Characters of a name or a tag, and of a key of metadata. */
const MOST = 255;

/** Whether a text is known before the build runs. */
export function isFinal(text: string): boolean {
  return !text.includes('{{');
}

function tooLong(option: string, texts: readonly string[]): Diagnostics {
  return texts.flatMap((text, index) =>
    isFinal(text) && text.length > MOST
      ? [errorAt('OPENSTACK_IMAGE', `/${option}/${index}`, `it has more than ${MOST} characters`)]
      : [],
  );
}

function members({ image_members: list = [], image_visibility: visibility, ...rest }: GlanceOptions): Diagnostics {
  if (list.length === 0) {
    if (!rest.image_auto_accept_members) return [];
    return [warningAt('OPENSTACK_IMAGE', '/image_auto_accept_members', 'there are no image_members to accept it')];
  }
  if (visibility === undefined || visibility === 'shared') return [];
  const message = `an image that is ${visibility} has no members`;
  return [errorAt('OPENSTACK_IMAGE', '/image_members', message, { hint: 'set image_visibility to shared' })];
}

/** What is wrong with texts by their keys, of which each has so many bytes at most. */
export function metadataFaults(option: string, metadata: Readonly<Record<string, string>> = {}): Diagnostics {
  return Object.entries(metadata).flatMap(([key, value]) => {
    const pointer = `/${option}/${pointerToken(key)}`;
    if (key === '') return [errorAt('OPENSTACK_METADATA', pointer, 'a key is empty')];
    if (Buffer.byteLength(key) > MOST) {
      return [errorAt('OPENSTACK_METADATA', pointer, `the key has more than ${MOST} bytes`)];
    }
    if (!isFinal(value) || Buffer.byteLength(value) <= MOST) return [];
    return [errorAt('OPENSTACK_METADATA', pointer, `the value has more than ${MOST} bytes`)];
  });
}

/** What the schema cannot say of an image's tags. */
export function checkTags(tags: readonly string[] = []): Diagnostics {
  return tooLong('image_tags', tags);
}

/** What the schema cannot say of an image in Glance, whoever makes it. */
export function checkGlance(config: GlanceOptions): Diagnostics {
  const { image_name: name } = config;
  return [
    ...members(config),
    ...(name.length > MOST ? [errorAt('OPENSTACK_IMAGE', '/image_name', `it has more than ${MOST} characters`)] : []),
  ];
}

/** What the schema cannot say of the image. */
export function checkImage(config: ImageOptions): Diagnostics {
  return [...checkTags(config.image_tags), ...checkGlance(config)];
}

import { renderTags, type TagRules, type Tags } from '../../../plugins/sdk/cloud.ts';
import { pointerToken, StepError, type BuildRun, type RenderData } from '../../../plugins/sdk/index.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';

/** Of a key, a value and a tag. */
const MOST = 255;

const RULES: TagRules = {
  code: 'OPENSTACK_METADATA',
  fault: (key, value) => {
    if (key === '') return 'a key is empty';
    return [key, value].some((text) => Buffer.byteLength(text) > MOST) ? `it has more than ${MOST} bytes` : undefined;
  },
};

/**
 * Fills in what metadata say of the source. Throws `StepError` OPENSTACK_METADATA with the pointer of what cannot be, or
 * the render's own.
 */
export function filledMetadata(
  option: string,
  metadata: Readonly<Record<string, string>> | undefined,
  data: RenderData,
  build: Pick<BuildRun, 'render'>,
): Tags {
  const written = Object.entries(metadata ?? {}).map(([key, value]) => ({
    key,
    value,
    pointer: `/${option}/${pointerToken(key)}`,
  }));
  return renderTags(written, data, build, RULES);
}

/** Fills in what the image's tags say of the source. Throws `StepError` OPENSTACK_IMAGE for one that cannot be. */
export function filledTags(
  { image_tags: tags = [] }: Pick<ImageOptions, 'image_tags'>,
  data: RenderData,
  build: Pick<BuildRun, 'render'>,
): readonly string[] {
  const filled = tags.map((tag, index) => {
    const pointer = `/image_tags/${index}`;
    const text = build.render(tag, data, pointer);
    if (text.length <= MOST) return text;
    throw new StepError(`a tag has more than ${MOST} characters`, { code: 'OPENSTACK_IMAGE', pointer });
  });
  return [...new Set(filled)];
}

/** The properties of an image: those of the template, which is no snapshot but an image to start servers from. */
export function imageProperties(metadata: Tags): Tags {
  return { ...metadata, image_type: (metadata['image_type'] ?? '') === '' ? 'image' : (metadata['image_type'] ?? '') };
}

import type { Tags } from '../../plugins/sdk/cloud.ts';
import type { AmiOptions } from './mixins/ami.gen.ts';
import type { RunTagOptions } from './mixins/run-tag.gen.ts';
import type { ImageTags } from './images/make-image.ts';

/** Tags of what is made for the build: the instance, the key pair and so on. */
export function runTags({ run_tags: tags = {} }: RunTagOptions): Tags {
  return { Name: 'Packer Builder', ...tags };
}

/** Tags of the images and their snapshots. */
export function imageTags(config: RunTagOptions & AmiOptions): ImageTags {
  const own = config.skip_ami_run_tags ? {} : config.run_tags;
  const image = { ...own, ...config.tags };
  return { image, snapshot: { ...image, ...config.snapshot_tags } };
}

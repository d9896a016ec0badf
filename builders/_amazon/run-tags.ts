import type { BuildRun, RenderData } from '../../plugins/sdk/index.ts';
import type { AmiOptions, RunTagOptions } from './options.ts';
import type { ImageTags } from './images/make-image.ts';
import { renderTags, type Tags } from './tags.ts';

/** Tags of what is made for the build: the instance, the key pair and so on. */
export function runTags(config: RunTagOptions, facts: RenderData, build: BuildRun): Tags {
  return { Name: 'Packer Builder', ...renderTags(config.run_tags, config.run_tag, facts, build) };
}

/** Tags of the images and their snapshots. */
export function imageTags(config: RunTagOptions & AmiOptions, facts: RenderData, build: BuildRun): ImageTags {
  const own = config.skip_ami_run_tags ? {} : renderTags(config.run_tags, config.run_tag, facts, build);
  const image = { ...own, ...renderTags(config.tags, config.tag, facts, build) };
  return { image, snapshot: { ...image, ...renderTags(config.snapshot_tags, config.snapshot_tag, facts, build) } };
}

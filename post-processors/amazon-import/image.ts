import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import type { AmazonWork } from '../../builders/_amazon/amazon-build.ts';
import type { ImageTags } from '../../builders/_amazon/images/make-image.ts';
import type { DiskFile } from './choose-disk.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';
import { bootModeOf, methodOf } from './method.ts';

/** The AMI that is to be made, by either way. */
export interface WantedImage {
  readonly disk: DiskFile;
  /** Empty: AWS makes one up. */
  readonly name: string;
  readonly description: string;
  readonly tags: ImageTags;
  readonly bootMode: ReturnType<typeof bootModeOf>;
}

/** What the ways work with. */
export interface ImportWork extends AmazonWork {
  readonly run: PostProcessRun;
  readonly config: AmazonImportPostProcessorConfig;
}

/** Packer's `timestamp`: seconds, the same in the whole run. */
export function timestampOf({ runStarted }: Pick<PostProcessRun, 'runStarted'>): string {
  return String(Math.floor(runStarted / 1000));
}

export function wantedImage(
  disk: DiskFile,
  config: AmazonImportPostProcessorConfig,
  run: Pick<PostProcessRun, 'runStarted'>,
): WantedImage {
  const { ami_name: given = '', ami_description: description = '', tags = {} } = config;
  const name = given === '' && methodOf(config) === 'ebs-direct' ? `packer-import-${timestampOf(run)}` : given;
  return {
    disk,
    name,
    description,
    tags: { image: tags, snapshot: tags },
    bootMode: bootModeOf(config, disk.firmware),
  };
}

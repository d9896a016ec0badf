import type { BuildRun } from '../../plugins/sdk/index.ts';
import type { GooglecomputeBuilderConfig } from './config.gen.ts';

/** A configuration with what depends on the run filled in. */
export interface FilledConfig extends GooglecomputeBuilderConfig {
  readonly image_name: string;
  readonly image_description: string;
}

/** Packer's defaults, of which one has the time of the run. */
export function fillIn(config: GooglecomputeBuilderConfig, build: Pick<BuildRun, 'render'>): FilledConfig {
  return {
    ...config,
    image_name: config.image_name ?? build.render('packer-{{timestamp}}', {}, '/image_name'),
    image_description: config.image_description ?? 'Created by Packer',
  };
}

/** The project that the image is made in. */
export function imageProject(config: GooglecomputeBuilderConfig): string {
  return config.image_project_id ?? config.project_id;
}

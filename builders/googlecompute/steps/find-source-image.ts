import { StepError } from '../../../plugins/sdk/index.ts';
import type { SourceImage } from '../instance.ts';
import type { Image } from '../../_googlecompute/api/driver.ts';
import { isNotFound } from '../../_googlecompute/api/google-error.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

/** Projects in which Google and its partners offer images, in the order in which they are looked into. */
const PUBLIC_PROJECTS: readonly string[] = [
  'debian-cloud',
  'ubuntu-os-cloud',
  'ubuntu-os-pro-cloud',
  'rocky-linux-cloud',
  'centos-cloud',
  'rhel-cloud',
  'rhel-sap-cloud',
  'suse-cloud',
  'suse-sap-cloud',
  'opensuse-cloud',
  'fedora-cloud',
  'fedora-coreos-cloud',
  'freebsd-org-cloud-dev',
  'cos-cloud',
  'windows-cloud',
  'windows-sql-cloud',
  'oracle-linux-cloud',
  'ml-images',
  'deeplearning-platform-release',
  'hpc-toolkit-project',
];

function isForbidden(error: unknown): boolean {
  return error instanceof StepError && error.code === 'GOOGLE_FORBIDDEN';
}

/** One look into one project; undefined when it is not there, or nobody may look into it. */
async function lookIn(
  project: string,
  { source_image: image, source_image_family: family = '' }: GooglecomputeBuilderConfig,
  { cloud, build }: GoogleBuild,
): Promise<Image | undefined> {
  try {
    return await cloud.ask((compute, call) =>
      image === undefined
        ? compute.images.getFromFamily({ project, family }, call)
        : compute.images.get({ project, image }, call),
    );
  } catch (error) {
    if (!isNotFound(error) && !isForbidden(error)) throw error;
    build.debug(`not in the project ${project}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function missing(config: GooglecomputeBuilderConfig, projects: readonly string[]): StepError {
  const { source_image: image, source_image_family: family = '' } = config;
  const what = image === undefined ? `no image of the family ${family}` : `no image ${image}`;
  return new StepError(`there is ${what} in the projects ${projects.join(', ')}`, {
    code: 'GOOGLE_SOURCE_MISSING',
    pointer: image === undefined ? '/source_image_family' : '/source_image',
    hint: 'say with source_image_project_id in which project it is; "gcloud compute images list" shows those that Google offers',
  });
}

/** The first image that fits, in the order of the projects. Throws `StepError` GOOGLE_SOURCE_MISSING. */
export async function findSourceImage(config: GooglecomputeBuilderConfig, google: GoogleBuild): Promise<SourceImage> {
  const projects = config.source_image_project_id ?? [config.project_id, ...PUBLIC_PROJECTS];
  for (const project of projects) {
    const image = await lookIn(project, config, google);
    if (image === undefined) continue;
    if (image.deprecated?.state !== undefined && image.deprecated.state !== 'ACTIVE') {
      google.build.warn(`the image ${image.name ?? ''} is ${image.deprecated.state ?? ''}`);
    }
    google.build.say(`starting from the image ${image.name ?? ''} of the project ${project}`);
    return { image, project };
  }
  throw missing(config, projects);
}

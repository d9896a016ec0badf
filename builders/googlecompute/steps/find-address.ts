import { isIP } from 'node:net';
import { aboutOption } from '../../../plugins/sdk/index.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { regionOf } from '../../_googlecompute/paths.ts';

/** The reserved external address that the template names; undefined when it names none. */
export async function findAddress(
  config: GooglecomputeBuilderConfig,
  { build, cloud }: GoogleBuild,
): Promise<string | undefined> {
  const { address: name, project_id: project } = config;
  if (name === undefined || isIP(name) !== 0) return name;
  const region = regionOf(config);
  const find = async (): Promise<string | undefined> => {
    const found = await aboutOption('/address', () =>
      cloud.ask((compute, call) => compute.addresses.get({ project, region, address: name }, call)),
    );
    return found.address ?? undefined;
  };
  return build.step('find address', find);
}

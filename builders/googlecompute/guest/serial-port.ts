import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

type Config = Pick<GooglecomputeBuilderConfig, 'project_id' | 'zone'>;

/** What the guest wrote to its first serial port, of which Google keeps the last megabyte. */
export async function serialTail(
  instance: string,
  { project_id: project, zone }: Config,
  { cloud }: Pick<GoogleBuild, 'cloud'>,
): Promise<string> {
  const { contents } = await cloud.ask((compute, call) =>
    compute.instances.getSerialPortOutput({ project, zone, instance, port: 1 }, call),
  );
  return contents ?? '';
}

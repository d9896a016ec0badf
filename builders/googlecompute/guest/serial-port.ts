import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

type Config = Pick<GooglecomputeBuilderConfig, 'project_id' | 'zone'>;

/** What the guest wrote to one of its serial ports, of which Google keeps the last megabyte. */
export async function serialOutput(
  instance: string,
  port: number,
  { project_id: project, zone }: Config,
  { cloud }: Pick<GoogleBuild, 'cloud'>,
): Promise<string> {
  const { contents } = await cloud.ask((compute, call) =>
    compute.instances.getSerialPortOutput({ project, zone, instance, port }, call),
  );
  return contents ?? '';
}

/** What the guest wrote to its console, which is the first serial port. */
export function serialTail(instance: string, config: Config, google: Pick<GoogleBuild, 'cloud'>): Promise<string> {
  return serialOutput(instance, 1, config, google);
}

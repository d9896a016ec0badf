import type { Flavor } from '../../../clients/openstack/index.ts';
import { aboutOption } from '../../../plugins/sdk/index.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

/** The flavor, by its id or its name. Throws `StepError` OPENSTACK_REFUSED when there is none, or several. */
export async function findFlavor(config: OpenstackBuilderConfig, { build, cloud }: OpenstackBuild): Promise<Flavor> {
  const flavor = await aboutOption('/flavor', () =>
    cloud.ask(({ compute }, call) => compute.flavors.find(config.flavor, call)),
  );
  build.say(`the flavor is ${flavor.name} (${flavor.vcpus} processors, ${flavor.ram} MiB, ${flavor.disk} GB)`);
  return flavor;
}

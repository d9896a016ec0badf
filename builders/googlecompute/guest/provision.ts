import { provisionInstance } from '../../../plugins/sdk/cloud.ts';
import { StepError, type Communicator, type JsonObject } from '../../../plugins/sdk/index.ts';
import { clearTemporaryKey } from '../../_cloud/clear-key.ts';
import { instanceData } from '../../_cloud/instance-data.ts';
import type { Instance } from '../../_googlecompute/api/driver.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../instance.ts';
import { whyGone } from '../steps/instance-life.ts';
import { serialTail } from './serial-port.ts';

/** Where to connect to. Throws `StepError` GOOGLE_NETWORK when the instance has no such address. */
function addressOf({ networkInterfaces = [] }: Instance): string {
  const [first] = networkInterfaces;
  const address = first?.accessConfigs?.[0]?.natIP ?? '';
  if (address !== '') return address;
  throw new StepError('the instance has no external address', { code: 'GOOGLE_NETWORK' });
}

/**
 * Connects to the guest and runs the provisioners. Throws `StepError` GOOGLE_INSTANCE_GONE with Google's reason when the
 * instance ends meanwhile.
 */
export async function provisionGuest(
  config: GooglecomputeBuilderConfig,
  launched: Launched,
  facts: JsonObject,
  google: GoogleBuild,
): Promise<void> {
  const { build } = google;
  const { id, key, instance } = launched;
  const { privateKey, privateKeyFile } = key;
  await provisionInstance(
    config,
    {
      address: () => Promise.resolve(addressOf(instance)),
      login: privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile },
      gone: (cause?: unknown) => whyGone(id, config, google, cause),
      consoleTail: () => serialTail(id, config, google),
      data: instanceData(launched, facts, undefined),
      // The comment of the key is its name.
      afterwards: (guest: Communicator) => clearTemporaryKey(config, guest, key, build),
    },
    build,
  );
}

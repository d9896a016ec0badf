import { provisionInstance } from '../../../plugins/sdk/cloud.ts';
import type { Communicator, JsonObject } from '../../../plugins/sdk/index.ts';
import { clearTemporaryKey } from '../../_cloud/clear-key.ts';
import { instanceData } from '../../_cloud/instance-data.ts';
import { needsPassword } from '../../_cloud/key-pair.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../instance.ts';
import { whyGone } from '../steps/instance-life.ts';
import { wayTo } from './connect.ts';
import { getPassword } from './get-password.ts';
import { serialTail } from './serial-port.ts';

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
  const { id, key, about } = launched;
  const password = needsPassword(config)
    ? await build.step('get password', () => getPassword(config, id, key, google))
    : undefined;
  const { privateKey, privateKeyFile } = key;
  await provisionInstance(
    config,
    {
      ...wayTo(config, launched, google),
      login: {
        ...(privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile }),
        ...(password === undefined ? {} : { password }),
        ...(about.user === null ? {} : { username: about.user }),
      },
      gone: (cause?: unknown) => whyGone(id, config, google, cause),
      consoleTail: () => serialTail(id, config, google),
      data: instanceData(launched, facts, password),
      // The comment of the key is its name.
      afterwards: (guest: Communicator) => clearTemporaryKey(config, guest, key, build),
    },
    build,
  );
}

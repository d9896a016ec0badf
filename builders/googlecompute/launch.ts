import type { GoogleBuild } from '../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from './config.gen.ts';
import type { InstanceParts, Launched, SourceImage } from './instance.ts';
import { hasWrappedScript, instanceMetadata, SSH_KEYS } from './request/metadata.ts';
import { addKeys } from './steps/add-keys.ts';
import { importKey, mayUseOsLogin } from './steps/import-key.ts';
import { makeKey } from './steps/make-key.ts';
import { startInstance } from './steps/start-instance.ts';

function isWindows({ image }: SourceImage): boolean {
  return image.guestOsFeatures?.some(({ type }) => type === 'WINDOWS') ?? false;
}

/** All that lets the build into an instance, and the instance. */
export async function launchInstance(
  config: GooglecomputeBuilderConfig,
  { source, address }: Omit<InstanceParts, 'metadata'>,
  google: GoogleBuild,
): Promise<Launched> {
  const { build } = google;
  const key = await makeKey(config, build);
  const user = mayUseOsLogin(config, key)
    ? await build.step('check OS Login', () => importKey(config, key, google))
    : undefined;
  const parts = { key, user: user ?? config.ssh_username ?? '', isWindows: isWindows(source) };
  if (parts.isWindows && config.startup_script_file !== undefined) {
    build.warn('Windows runs no startup_script_file; it runs the metadata windows-startup-script-ps1');
  }
  const { [SSH_KEYS]: keys, ...others } = await instanceMetadata(config, parts);
  const isLater = keys !== undefined && config.wait_to_add_ssh_keys > 0;
  const metadata = keys === undefined || isLater ? others : { ...others, [SSH_KEYS]: keys };
  const started = await build.step('start instance', () =>
    startInstance(config, { source, metadata, address }, google),
  );
  if (isLater) await build.step('add SSH keys', () => addKeys(config, started.id, keys, google));
  return {
    ...started,
    key,
    about: { user: user ?? null, isScriptWatched: !parts.isWindows && hasWrappedScript(config) },
  };
}

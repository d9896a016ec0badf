import { sdkVersion } from '../../core/define/sdk-version.ts';
import { UsageError } from '../../core/errors/errors.ts';
import type { Manifest } from './manifest.ts';

function numbers(version: string): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}

/** Which side is too old for the other; undefined when a plugin for `wanted` works with a Kiln that has `own`. */
export function tooOld(wanted: string, own: string = sdkVersion): 'plugin' | 'kiln' | undefined {
  const [[major, minor], [ownMajor, ownMinor]] = [numbers(wanted), numbers(own)];
  if (major !== ownMajor) return major < ownMajor ? 'plugin' : 'kiln';
  if (minor > ownMinor) return 'kiln';
  // Version 0 promises nothing from one MINOR to the next.
  return major === 0 && minor < ownMinor ? 'plugin' : undefined;
}

/** Throws `UsageError` PLUGIN_SDK, which says who is too old and what to install, when the plugin cannot work here. */
export function checkSdkVersion({
  name,
  version,
  sdkVersion: wanted,
}: Pick<Manifest, 'name' | 'version' | 'sdkVersion'>): void {
  const old = tooOld(wanted);
  if (old === undefined) return;
  const which = old === 'plugin' ? `the plugin is too old` : `this Kiln is too old`;
  throw new UsageError(
    `the plugin ${name} ${version} is written for version ${wanted} of the SDK, and this Kiln has ${sdkVersion}: ${which}`,
    {
      code: 'PLUGIN_SDK',
      hint:
        old === 'plugin'
          ? `install a newer one: kiln plugins install ${name}@latest`
          : `install a Kiln with version ${wanted} of the SDK, or an older plugin`,
    },
  );
}

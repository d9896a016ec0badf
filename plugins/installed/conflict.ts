import type { ComponentEntry } from '../../core/contract/component.ts';
import { UsageError } from '../../core/errors/errors.ts';
import { pluginKinds, type PluginKindName } from '../manifest/kinds.ts';
import type { InstalledPlugin } from './installed-plugin.ts';

/** The entry of a type that two plugins have: neither counts, and who uses it is told. */
export function conflict(
  kind: PluginKindName,
  type: string,
  [one, other]: readonly [InstalledPlugin, InstalledPlugin],
): ComponentEntry<never> {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new UsageError(`two plugins have a ${pluginKinds[kind].word} "${type}": ${one.name} and ${other.name}`, {
        code: 'PLUGIN_CONFLICT',
        hint: `remove one of them: kiln plugins remove ${other.name}`,
      }),
    );
  return { schema: refuse, load: refuse };
}

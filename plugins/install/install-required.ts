import type { RequiredPlugin } from '../../core/template/template.ts';
import { readLock } from '../installed/read-lock.ts';
import { satisfies } from '../installed/versions.ts';
import { installPlugin, restorePlugin, type Installed, type Installing } from './install-plugin.ts';
import { parseSource, type Source } from './source.ts';

/** npm chooses within the range when it is npm that is asked; what comes from elsewhere is checked afterwards. */
function sourceOf({ name, version, source }: RequiredPlugin, directory: string): Source {
  if (source !== undefined) {
    const parsed = parseSource(source, directory);
    const isBare = parsed.kind === 'npm' && !parsed.spec.slice(1).includes('@') && version !== undefined;
    return isBare ? { kind: 'npm', spec: `${parsed.spec}@${version}` } : parsed;
  }
  return { kind: 'npm', spec: version === undefined ? name : `${name}@${version}` };
}

/**
 * Installs a plugin that a template requires, unless it is here in a version that will do; "restored": it was pinned already.
 * Throws what `installPlugin` throws.
 */
export async function installRequired(
  required: RequiredPlugin,
  installing: Installing,
  directory: string,
): Promise<Installed | 'restored' | undefined> {
  const { plugins } = readLock(installing.lockFile);
  const { name, version: range } = required;
  const locked = plugins.get(name);
  if (locked !== undefined && (range === undefined || satisfies(locked.version, range) === true)) {
    return (await restorePlugin(name, locked, installing)) ? 'restored' : undefined;
  }
  const others = { builtin: installing.builtin, plugins };
  return installPlugin(sourceOf(required, directory), false, installing, others, { name, range });
}

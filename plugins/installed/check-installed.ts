import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../core/errors/errors.ts';
import type { InstalledPlugin } from './installed-plugin.ts';
import { treeIntegrity } from './tree-integrity.ts';

/**
 * Throws `UsageError` PLUGIN_NOT_INSTALLED when the plugin is not on this machine, and PLUGIN_CHANGED when its files are not
 * those that the lock file pins.
 */
export function checkInstalled({ name, version, folder, integrity, remedy }: InstalledPlugin): void {
  if (!existsSync(folder)) {
    const what =
      integrity === undefined ? `the folder ${folder} that it is linked from is gone` : 'it is not on this machine';
    throw new UsageError(`the plugin ${name} ${version} cannot be used: ${what}`, {
      code: 'PLUGIN_NOT_INSTALLED',
      hint: integrity === undefined ? `kiln plugins remove ${name}, or put the folder back` : remedy,
    });
  }
  if (integrity === undefined || treeIntegrity(dirname(folder)) === integrity) return;
  throw new UsageError(
    `the plugin ${name} ${version} cannot be used: its files in ${dirname(folder)} are not those that the lock file pins`,
    { code: 'PLUGIN_CHANGED', hint: `somebody changed them, or the lock file; ${remedy}` },
  );
}

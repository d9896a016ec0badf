import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { SaltSshProvisionerConfig } from './config.gen.ts';

const PATHS = ['local_state_tree', 'local_pillar_roots'] as const;

/** What the schema cannot say. */
export function prepare(config: SaltSshProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  return PATHS.flatMap((option): readonly Diagnostic[] => {
    const path = config[option];
    if (path === undefined) return [];
    const found = context.statPath(path);
    if (found === 'directory') return [];
    const message = `${JSON.stringify(path)} ${found === undefined ? 'does not exist' : 'is not a directory'}`;
    return [errorAt('SALT_FILE_MISSING', `/${option}`, message)];
  });
}

export function inputFiles(config: SaltSshProvisionerConfig): readonly string[] {
  return PATHS.map((option) => config[option]).filter((path) => path !== undefined);
}

import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { parseFormula } from './formula.ts';

type Config = SaltMasterlessProvisionerConfig;

const PATHS = [
  ['local_state_tree', 'directory'],
  ['local_pillar_roots', 'directory'],
  ['minion_config', 'file'],
  ['grains_file', 'file'],
  ['bootstrap_script', 'file'],
] as const;

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function paths(config: Config, context: PrepareContext): readonly Diagnostic[] {
  return PATHS.flatMap(([option, kind]): readonly Diagnostic[] => {
    const path = config[option];
    if (!isGiven(path) && option !== 'local_state_tree') return [];
    const found = path === undefined || path === '' ? undefined : context.statPath(path);
    if (found === kind) return [];
    const message = `${JSON.stringify(path)} ${found === undefined ? 'does not exist' : `is not a ${kind}`}`;
    return [errorAt('SALT_FILE_MISSING', `/${option}`, message)];
  });
}

function combinations(config: Config): readonly Diagnostic[] {
  const roots = (['remote_state_tree', 'remote_pillar_roots'] as const)
    .filter((option) => isGiven(config.minion_config) && isGiven(config[option]))
    .map((option) =>
      errorAt('SALT_MINION_CONFIG_ROOTS', `/${option}`, `${option} cannot be combined with minion_config`),
    );
  if (!config.skip_bootstrap || !isGiven(config.bootstrap_script)) return roots;
  const message = 'bootstrap_script is not run with skip_bootstrap';
  return [...roots, errorAt('SALT_BOOTSTRAP_SKIPPED', '/bootstrap_script', message)];
}

/** A directory that is replaced as a whole has to be one that can be. */
function remotePaths(config: Config): readonly Diagnostic[] {
  return (['remote_state_tree', 'remote_pillar_roots', 'temp_config_dir'] as const)
    .filter((option) => isGiven(config[option]) && !/^\/+[^/]/.test(config[option]))
    .map((option) => errorAt('SALT_REMOTE_PATH', `/${option}`, `${option} has to be an absolute path other than "/"`));
}

function formulas(config: Config): readonly Diagnostic[] {
  return (config.formulas ?? []).flatMap((text, index) =>
    parseFormula(text) === undefined
      ? [
          errorAt(
            'SALT_FORMULA_MALFORMED',
            `/formulas/${index}`,
            `${JSON.stringify(text)} does not name a directory in a git repository`,
            { hint: 'write git::https://host/repository.git//directory?ref=tag' },
          ),
        ]
      : [],
  );
}

/** What the schema cannot say. */
export function prepare(config: Config, context: PrepareContext): readonly Diagnostic[] {
  return [...paths(config, context), ...combinations(config), ...remotePaths(config), ...formulas(config)];
}

export function inputFiles(config: Config): readonly string[] {
  return PATHS.map(([option]) => config[option]).filter(isGiven);
}

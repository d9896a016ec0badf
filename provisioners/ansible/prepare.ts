import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';
import { proxyOptions } from './wants-proxy.ts';

type PathKind = ReturnType<PrepareContext['statPath']>;
type PathOption =
  | 'playbook_file'
  | 'inventory_file'
  | 'inventory_directory'
  | 'galaxy_file'
  | 'ssh_host_key_file'
  | 'ssh_authorized_key_file';

const PATHS: readonly (readonly [PathOption, readonly PathKind[], string])[] = [
  ['playbook_file', ['file'], 'playbook'],
  ['inventory_file', ['file', 'directory', 'other'], 'inventory'],
  ['inventory_directory', ['directory'], 'directory'],
  ['galaxy_file', ['file'], 'requirements file'],
  ['ssh_host_key_file', ['file'], 'private key'],
  ['ssh_authorized_key_file', ['file'], 'public key'],
];

function missingPaths(config: AnsibleProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  return PATHS.flatMap(([option, accepted, what]): readonly Diagnostic[] => {
    const path = config[option];
    if (path === undefined) return [];
    const found = context.statPath(path);
    if (accepted.includes(found)) return [];
    const message =
      found === undefined
        ? `${what} ${JSON.stringify(path)} does not exist`
        : `${JSON.stringify(path)} is a ${found === 'other' ? 'special file' : found}, not a ${what}`;
    return [errorAt('ANSIBLE_FILE_MISSING', `/${option}`, message)];
  });
}

/** What says how the inventory is written has no meaning when it is not Kiln that writes it. */
function ignored(config: AnsibleProvisionerConfig): readonly Diagnostic[] {
  if (config.inventory_file === undefined) return [];
  const useless = [
    ['groups', config.groups !== undefined],
    ['empty_groups', config.empty_groups !== undefined],
    ['inventory_directory', config.inventory_directory !== undefined],
    ['keep_inventory_file', config.keep_inventory_file],
  ] as const;
  return useless
    .filter(([, given]) => given)
    .map(([option]) =>
      warningAt('ANSIBLE_OPTION_IGNORED', `/${option}`, `${option} has no effect on the inventory_file that was given`),
    );
}

function proxyIgnored(config: AnsibleProvisionerConfig): readonly Diagnostic[] {
  if (config.use_proxy !== false) return [];
  return proxyOptions(config).map((option) =>
    warningAt('ANSIBLE_OPTION_IGNORED', `/${option}`, `${option} has no effect with "use_proxy": false`),
  );
}

function badNames(config: AnsibleProvisionerConfig): readonly Diagnostic[] {
  const groups = (['groups', 'empty_groups'] as const).flatMap((option) =>
    (config[option] ?? []).map((name, index) => [`/${option}/${index}`, name] as const),
  );
  const variables = (config.ansible_env_vars ?? []).map((entry, index) => [entry, index] as const);
  return [
    ...groups
      .filter(([, name]) => !/^[^\s[\]#;]+$/.test(name))
      .map(([pointer, name]): Diagnostic => {
        const message = `${JSON.stringify(name)} cannot be the name of an inventory group`;
        return errorAt('ANSIBLE_GROUP_NAME', pointer, message);
      }),
    ...variables
      // A template may leave one out: {{if user `x`}}NAME=value{{end}}.
      .filter(([entry]) => entry !== '' && entry.indexOf('=') <= 0)
      .map(([entry, index]): Diagnostic => {
        const message = `environment variable ${JSON.stringify(entry)} is not in the form NAME=value`;
        const pointer = `/ansible_env_vars/${index}`;
        return errorAt('ENVIRONMENT_VARIABLE_MALFORMED', pointer, message);
      }),
  ];
}

/** What the schema cannot say. */
export function prepare(config: AnsibleProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  return [...missingPaths(config, context), ...ignored(config), ...proxyIgnored(config), ...badNames(config)];
}

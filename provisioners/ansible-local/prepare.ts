import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';
import { inputsOf } from './inputs.ts';

function playbookChoice(config: AnsibleLocalProvisionerConfig): readonly Diagnostic[] {
  const single = config.playbook_file !== undefined;
  const several = (config.playbook_files ?? []).length > 0;
  if (single && several) {
    return [
      errorAt('ANSIBLE_PLAYBOOK_AMBIGUOUS', '/playbook_files', 'playbook_files cannot be combined with playbook_file'),
    ];
  }
  return single || several ? [] : [errorAt('ANSIBLE_PLAYBOOK_REQUIRED', '', 'set playbook_file or playbook_files')];
}

function missing(config: AnsibleLocalProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  return inputsOf(config).flatMap(({ pointer, path, accepted }): readonly Diagnostic[] => {
    const found = context.statPath(path);
    if (found === undefined)
      return [errorAt('ANSIBLE_FILE_MISSING', pointer, `${JSON.stringify(path)} does not exist`)];
    if (found !== 'other' && accepted.includes(found)) return [];
    return [errorAt('ANSIBLE_FILE_MISSING', pointer, `${JSON.stringify(path)} is not a ${accepted.join(' or ')}`)];
  });
}

/** What the schema cannot say. */
export function prepare(config: AnsibleLocalProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  const groups = config.inventory_groups ?? [];
  return [
    ...playbookChoice(config),
    ...missing(config, context),
    ...groups.flatMap((name, index) =>
      /^[^\s[\]#;]+$/.test(name)
        ? []
        : [
            errorAt(
              'ANSIBLE_GROUP_NAME',
              `/inventory_groups/${index}`,
              `${JSON.stringify(name)} cannot be a group's name`,
            ),
          ],
    ),
  ];
}

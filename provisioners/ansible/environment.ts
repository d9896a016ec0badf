import { collectionsPath, rolesPath } from '../_ansible/search-paths.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';

type Options = Pick<AnsibleProvisionerConfig, 'ansible_env_vars' | 'roles_path' | 'collections_path' | 'use_sftp'>;

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The variables of `ansible_env_vars`. */
function given(options: Options): Readonly<Record<string, string>> {
  const entries = (options.ansible_env_vars ?? []).filter(isGiven);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/**
 * What Ansible finds in its environment besides Kiln's own. `inherited` is Kiln's: what the user has set there stays,
 * and the template's own variables win over all.
 */
export function environmentOf(
  options: Options,
  inherited: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const defaults = {
    ANSIBLE_PIPELINING: 'True',
    ...(isGiven(options.roles_path) ? { ANSIBLE_ROLES_PATH: rolesPath(options.roles_path) } : {}),
    ...(isGiven(options.collections_path)
      ? { ANSIBLE_COLLECTIONS_PATH: collectionsPath(options.collections_path) }
      : {}),
  };
  const unset = Object.entries(defaults).filter(([name]) => inherited[name] === undefined);
  return {
    ...Object.fromEntries(unset),
    ...(options.use_sftp ? { ANSIBLE_SSH_TRANSFER_METHOD: 'sftp' } : {}),
    PYTHONUNBUFFERED: '1',
    ...given(options),
  };
}

import type { AnsibleProvisionerConfig } from './config.gen.ts';

type Options = Pick<AnsibleProvisionerConfig, 'ansible_env_vars' | 'roles_path' | 'collections_path' | 'use_sftp'>;

/** Where Ansible looks by itself; naming one directory would hide these. */
const ROLES = ['~/.ansible/roles', '/usr/share/ansible/roles', '/etc/ansible/roles'];
const COLLECTIONS = ['~/.ansible/collections', '/usr/share/ansible/collections'];

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The variables of `ansible_env_vars`. */
function given(options: Options): Readonly<Record<string, string>> {
  const entries = options.ansible_env_vars ?? [];
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
    ...(isGiven(options.roles_path) ? { ANSIBLE_ROLES_PATH: [options.roles_path, ...ROLES].join(':') } : {}),
    ...(isGiven(options.collections_path)
      ? { ANSIBLE_COLLECTIONS_PATH: [options.collections_path, ...COLLECTIONS].join(':') }
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

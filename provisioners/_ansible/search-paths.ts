/** Where Ansible looks by itself; a variable that names other directories would hide these. */
const ROLES = ['~/.ansible/roles', '/usr/share/ansible/roles', '/etc/ansible/roles'];
const COLLECTIONS = ['~/.ansible/collections', '/usr/share/ansible/collections'];

/** Value of ANSIBLE_ROLES_PATH that has these directories first. */
export function rolesPath(...first: readonly string[]): string {
  return [...first, ...ROLES].join(':');
}

/** Value of ANSIBLE_COLLECTIONS_PATH that has these directories first. */
export function collectionsPath(...first: readonly string[]): string {
  return [...first, ...COLLECTIONS].join(':');
}

import { basename, join, relative, resolve } from 'node:path';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';

/** Something on this machine that goes to the guest. */
export interface Input {
  readonly pointer: string;
  readonly path: string;
  /** Where it is in the staging directory; empty for what is copied into the directory itself. */
  readonly place: string;
  readonly accepted: readonly ('file' | 'directory')[];
}

/** A playbook, and the option that names it. */
export interface NamedPlaybook {
  readonly path: string;
  readonly pointer: string;
}

/** The playbooks in the order in which they run. */
export function playbooksOf(config: AnsibleLocalProvisionerConfig): readonly NamedPlaybook[] {
  const { playbook_file: file, playbook_files: files = [] } = config;
  const single = file === undefined ? [] : [{ path: file, pointer: '/playbook_file' }];
  return [...single, ...files.map((path, index) => ({ path, pointer: `/playbook_files/${index}` }))];
}

/** Where a playbook is in the staging directory. */
export function playbookPlace(config: AnsibleLocalProvisionerConfig, playbook: string): string {
  if (config.playbook_dir === undefined) return basename(playbook);
  const inside = relative(resolve(config.playbook_dir), resolve(playbook));
  return inside.startsWith('..') ? basename(playbook) : inside;
}

/** Where the inventory that the template names is in the staging directory. */
export function inventoryPlace(config: AnsibleLocalProvisionerConfig): string | undefined {
  const { inventory_file: path } = config;
  return path === undefined || path === '' ? undefined : basename(path);
}

/** Everything that goes to the guest, in the order in which it is put there: the later wins. */
export function inputsOf(config: AnsibleLocalProvisionerConfig): readonly Input[] {
  const one = (option: keyof AnsibleLocalProvisionerConfig, place: (path: string) => string): readonly Input[] => {
    const path = config[option];
    if (typeof path !== 'string' || path === '') return [];
    const accepted =
      option === 'inventory_file' || option === 'galaxy_file' ? ['file' as const] : ['directory' as const];
    return [{ pointer: `/${option}`, path, place: place(path), accepted }];
  };
  const many = (option: 'playbook_paths' | 'role_paths' | 'collection_paths', below: string): readonly Input[] =>
    (config[option] ?? []).map((path, index) => ({
      pointer: `/${option}/${index}`,
      path,
      place: join(below, basename(path)),
      accepted: option === 'playbook_paths' ? ['file', 'directory'] : ['directory'],
    }));
  const playbooks = playbooksOf(config).map(({ path, pointer }): Input => ({
    pointer,
    path,
    place: playbookPlace(config, path),
    accepted: ['file'],
  }));
  return [
    ...one('playbook_dir', () => ''),
    ...many('playbook_paths', ''),
    ...many('role_paths', 'roles'),
    ...many('collection_paths', 'collections'),
    ...one('group_vars', () => 'group_vars'),
    ...one('host_vars', () => 'host_vars'),
    ...one('inventory_file', (path) => basename(path)),
    ...one('galaxy_file', (path) => basename(path)),
    ...playbooks,
  ];
}

import type { JsonObject } from '../../plugins/sdk/index.ts';

/**
 * The inventory in Ansible's INI form: the guest's line, again below each of its groups, and the groups without hosts.
 */
export function inventoryText(line: string, groups: readonly string[], emptyGroups: readonly string[]): string {
  const host = line.endsWith('\n') ? line : `${line}\n`;
  return [host, ...groups.map((group) => `[${group}]\n${host}`), ...emptyGroups.map((group) => `[${group}]\n`)].join(
    '',
  );
}

/** The names that the guest has in an inventory's lines. */
export function hostNames(lines: string): readonly string[] {
  const words = lines.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '');
  return [...new Set(words.filter((word) => word !== '' && !/^[[#;]/.test(word)))];
}

/**
 * A second inventory, in JSON, with what the guest's connection needs. `hosts` undefined: for every host, as an
 * inventory that is not Kiln's may call the guest anything.
 */
export function connectionInventory(variables: JsonObject, hosts: readonly string[] | undefined): string {
  const all =
    hosts === undefined ? { vars: variables } : { hosts: Object.fromEntries(hosts.map((name) => [name, variables])) };
  return JSON.stringify({ all }, undefined, 2);
}

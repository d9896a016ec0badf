import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';

/** Where roles and collections are installed in the guest. */
export function galaxyPaths(
  config: AnsibleLocalProvisionerConfig,
  staging: string,
): { readonly role: string; readonly collection: string } {
  return {
    role: config.galaxy_roles_path ?? `${staging}/galaxy_roles`,
    collection: config.galaxy_collections_path ?? `${staging}/galaxy_collections`,
  };
}

// Made from a schema by `npm run generate`; do not edit.

/** Runs Ansible playbooks in the guest, with the guest's own Ansible. */
export interface AnsibleLocalProvisionerConfig {
  /**
   * Playbook to run. Exactly one of playbook_file and playbook_files is to be given.
   */
  readonly playbook_file?: string;
  /**
   * Playbooks to run, one after the other.
   */
  readonly playbook_files?: readonly string[];
  /**
   * Directory whose contents are copied to the staging directory. Playbooks inside of it keep their place there.
   */
  readonly playbook_dir?: string;
  /**
   * More files and directories to copy beside the playbook, each under its own name.
   */
  readonly playbook_paths?: readonly string[];
  /**
   * Directories of roles, copied to roles/ in the staging directory, each under its own name.
   */
  readonly role_paths?: readonly string[];
  /**
   * Directories of collections, copied to collections/ in the staging directory, each under its own name.
   */
  readonly collection_paths?: readonly string[];
  /**
   * Directory to copy to group_vars/ in the staging directory.
   */
  readonly group_vars?: string;
  /**
   * Directory to copy to host_vars/ in the staging directory.
   */
  readonly host_vars?: string;
  /**
   * Shell text that runs a playbook in the guest; the arguments come behind it.
   */
  readonly command: string;
  /**
   * Arguments for ansible-playbook. The guest's shell reads them. The values of -e and --extra-vars go by a file that only the guest's user can read.
   */
  readonly extra_arguments?: readonly string[];
  /**
   * Inventory to copy and use. Its hosts are all the guest itself (-c local). Without it there is one host, 127.0.0.1.
   */
  readonly inventory_file?: string;
  /**
   * Groups that 127.0.0.1 is in, where there is no inventory_file.
   */
  readonly inventory_groups?: readonly string[];
  /**
   * Requirements file whose roles and collections are installed in the guest before the playbooks run.
   */
  readonly galaxy_file?: string;
  /**
   * Shell text that installs them in the guest.
   */
  readonly galaxy_command: string;
  /**
   * Installs roles and collections again that are there already.
   */
  readonly galaxy_force_install: boolean;
  /**
   * Directory in the guest to install roles in. Without it, galaxy_roles in the staging directory.
   */
  readonly galaxy_roles_path?: string;
  /**
   * Directory in the guest to install collections in. Without it, galaxy_collections in the staging directory.
   */
  readonly galaxy_collections_path?: string;
  /**
   * Directory in the guest to put everything in. Without it, a new one in /tmp/packer-provisioner-ansible-local.
   */
  readonly staging_directory?: string;
  /**
   * Removes the staging directory at the end, also when a playbook fails.
   */
  readonly clean_staging_directory: boolean;
}

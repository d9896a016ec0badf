// Made from schema.json by `npm run generate`; do not edit.

export interface AnsibleLocalProvisionerConfig {
  /**
   * Playbook to run. Exactly one of playbook_file and playbook_files is to be given.
   */
  playbook_file?: string;
  /**
   * Playbooks to run, one after the other.
   */
  playbook_files?: string[];
  /**
   * Directory whose contents are copied to the staging directory. Playbooks inside of it keep their place there.
   */
  playbook_dir?: string;
  /**
   * More files and directories to copy beside the playbook, each under its own name.
   */
  playbook_paths?: string[];
  /**
   * Directories of roles, copied to roles/ in the staging directory, each under its own name.
   */
  role_paths?: string[];
  /**
   * Directories of collections, copied to collections/ in the staging directory, each under its own name.
   */
  collection_paths?: string[];
  /**
   * Directory to copy to group_vars/ in the staging directory.
   */
  group_vars?: string;
  /**
   * Directory to copy to host_vars/ in the staging directory.
   */
  host_vars?: string;
  /**
   * Shell text that runs a playbook in the guest; the arguments come behind it.
   */
  command: string;
  /**
   * Arguments for ansible-playbook. The guest's shell reads them. The values of -e and --extra-vars go by a file that only the guest's user can read.
   */
  extra_arguments?: string[];
  /**
   * Inventory to copy and use. Its hosts are all the guest itself (-c local). Without it there is one host, 127.0.0.1.
   */
  inventory_file?: string;
  /**
   * Groups that 127.0.0.1 is in, where there is no inventory_file.
   */
  inventory_groups?: string[];
  /**
   * Requirements file whose roles and collections are installed in the guest before the playbooks run.
   */
  galaxy_file?: string;
  /**
   * Shell text that installs them in the guest.
   */
  galaxy_command: string;
  /**
   * Installs roles and collections again that are there already.
   */
  galaxy_force_install: boolean;
  /**
   * Directory in the guest to install roles in. Without it, galaxy_roles in the staging directory.
   */
  galaxy_roles_path?: string;
  /**
   * Directory in the guest to install collections in. Without it, galaxy_collections in the staging directory.
   */
  galaxy_collections_path?: string;
  /**
   * Directory in the guest to put everything in. Without it, a new one in /tmp/packer-provisioner-ansible-local.
   */
  staging_directory?: string;
  /**
   * Removes the staging directory at the end, also when a playbook fails.
   */
  clean_staging_directory: boolean;
}

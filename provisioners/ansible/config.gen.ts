// Made from a schema by `npm run generate`; do not edit.

/** Runs an Ansible playbook on this machine against the guest. */
export interface AnsibleProvisionerConfig {
  /**
   * Playbook to run.
   */
  readonly playbook_file: string;
  /**
   * Program that runs the playbook.
   */
  readonly command: string;
  /**
   * Arguments for ansible-playbook, as they are: no shell takes quotes away. The values of -e and --extra-vars go by a file that only Kiln's user can read, except where they have {{ }} in them and are not JSON.
   */
  readonly extra_arguments?: readonly string[];
  /**
   * Environment variables for Ansible, as NAME=value. They win over those that Kiln sets.
   */
  readonly ansible_env_vars?: readonly string[];
  /**
   * Arguments for Ansible's SSH client, in one line (--ssh-extra-args).
   */
  readonly ansible_ssh_extra_args?: readonly string[];
  /**
   * Inventory groups that the guest is in.
   */
  readonly groups?: readonly string[];
  /**
   * Inventory groups without a host, for playbooks that speak of them.
   */
  readonly empty_groups?: readonly string[];
  /**
   * The guest's name in the inventory.
   */
  readonly host_alias: string;
  /**
   * User that Ansible logs in as. Without it the one that Kiln is logged in as.
   */
  readonly user?: string;
  /**
   * Directory to put the inventory in while Ansible runs, so that the group_vars and host_vars beside it are read.
   */
  readonly inventory_directory?: string;
  /**
   * Inventory to use instead of one that Kiln writes. It has to name the guest's address; the key is given by Kiln.
   */
  readonly inventory_file?: string;
  /**
   * The guest's line in the inventory. It is written again below each group.
   */
  readonly inventory_file_template: string;
  /**
   * Leaves the inventory where it is and says where.
   */
  readonly keep_inventory_file: boolean;
  /**
   * Requirements file whose roles and collections are installed before the playbook runs.
   */
  readonly galaxy_file?: string;
  /**
   * Program that installs them.
   */
  readonly galaxy_command: string;
  /**
   * Installs roles and collections again that are there already.
   */
  readonly galaxy_force_install: boolean;
  /**
   * The same for what they depend on, too.
   */
  readonly galaxy_force_with_deps: boolean;
  /**
   * Directory to install roles in. The playbook looks there first.
   */
  readonly roles_path?: string;
  /**
   * Directory to install collections in. The playbook looks there first.
   */
  readonly collections_path?: string;
  /**
   * Whether Ansible comes through an SSH server of Kiln's on 127.0.0.1 that runs everything over the build's own connection. Without it, Ansible logs in to the guest by itself, unless it could not (a SOCKS proxy is in between, or the communicator is not SSH) or an option of the proxy is given.
   */
  readonly use_proxy?: boolean;
  /**
   * Port of the proxy. When it is taken, the nine after it are tried. 0 is any free one.
   */
  readonly local_port: number;
  /**
   * Private key that the proxy shows. Without it one is made for each run. Ansible is told of it either way.
   */
  readonly ssh_host_key_file?: string;
  /**
   * Public key that the proxy lets in. Its private part has to be where Ansible's SSH client finds it: in an agent, or named by extra_arguments. Without it a key is made for each run.
   */
  readonly ssh_authorized_key_file?: string;
  /**
   * Type of the keys that are made for the proxy. Without it ECDSA.
   */
  readonly ansible_proxy_key_type?: 'ECDSA' | 'RSA';
  /**
   * Command in the guest that serves SFTP to the proxy's clients. Without it, sftp-server is looked for in the usual places; a guest that has none gets its files another way.
   */
  readonly sftp_command?: string;
  /**
   * Copies files by SFTP alone. Otherwise Ansible takes SFTP or what else works.
   */
  readonly use_sftp: boolean;
  /**
   * Does not ask Ansible for its version, which has to be 2.11 or newer, before it is run.
   */
  readonly skip_version_check: boolean;
}

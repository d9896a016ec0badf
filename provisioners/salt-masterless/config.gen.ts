// Made from a schema by `npm run generate`; do not edit.

/** Brings the guest into a state that Salt describes, without a Salt master. */
export interface SaltMasterlessProvisionerConfig {
  /**
   * Directory with the states, as they are below file_roots.
   */
  readonly local_state_tree: string;
  /**
   * Directory with the pillar, as it is below pillar_roots.
   */
  readonly local_pillar_roots?: string;
  /**
   * States to apply (state.sls), separated by commas. Without it the highstate, which the tree's top.sls says.
   */
  readonly custom_state?: string;
  /**
   * Minion configuration to put at /etc/salt/minion. It says where states and pillar are, so that remote_state_tree and remote_pillar_roots cannot be given with it: they are put at the defaults of these.
   */
  readonly minion_config?: string;
  /**
   * Grains to put at /etc/salt/grains.
   */
  readonly grains_file?: string;
  /**
   * Formulas to add to the state tree: a git repository, "//" and the directory in it, which keeps its name in the tree. "?ref=" names a branch, tag or commit.
   */
  readonly formulas?: readonly string[];
  /**
   * Directory in the guest for the states; replaces what is there. Without it, /srv/salt.
   */
  readonly remote_state_tree?: string;
  /**
   * Directory in the guest for the pillar; replaces what is there. Without it, /srv/pillar.
   */
  readonly remote_pillar_roots?: string;
  /**
   * Directory in the guest to upload to; removed at the end.
   */
  readonly temp_config_dir: string;
  /**
   * Installs nothing: the guest has Salt.
   */
  readonly skip_bootstrap: boolean;
  /**
   * Script on this machine that installs Salt in the guest, for guests that cannot download one. It may find what it installs in the state tree or in what earlier provisioners have put there.
   */
  readonly bootstrap_script?: string;
  /**
   * Where the guest downloads the script that installs Salt, when there is no bootstrap_script.
   */
  readonly bootstrap_url: string;
  /**
   * Arguments for that script, as shell text.
   */
  readonly bootstrap_args: string;
  /**
   * Runs commands as the user that Kiln is logged in as. Otherwise by sudo, unless that user is root.
   */
  readonly disable_sudo: boolean;
  /**
   * Goes on with the build when states fail.
   */
  readonly no_exit_on_failure: boolean;
  /**
   * How much salt-call says of what it does.
   */
  readonly log_level:
    'all' | 'garbage' | 'trace' | 'debug' | 'profile' | 'info' | 'warning' | 'error' | 'critical' | 'quiet';
  /**
   * More arguments for salt-call, as shell text. They go by a file, which other users of the guest cannot read.
   */
  readonly salt_call_args: string;
  /**
   * Directory in the guest where salt-call is. Without it, PATH says.
   */
  readonly salt_bin_dir?: string;
  /**
   * Kind of the guest's operating system.
   */
  readonly guest_os_type: 'unix';
}

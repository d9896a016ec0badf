// Made from schema.json by `npm run generate`; do not edit.

export interface SaltSshProvisionerConfig {
  /**
   * Directory with the states, as they are below file_roots.
   */
  local_state_tree: string;
  /**
   * Directory with the pillar, as it is below pillar_roots. It stays on this machine but for what is meant for the guest.
   */
  local_pillar_roots?: string;
  /**
   * States to apply (state.sls), separated by commas. Without it the highstate, which the tree's top.sls says.
   */
  custom_state?: string;
  /**
   * The guest's name, which targets of top.sls are compared with. Without it the name of the build.
   */
  minion_id?: string;
  /**
   * Grains that the guest has besides its own.
   */
  grains?: {
    [k: string]: string;
  };
  /**
   * Runs Salt as the user that Kiln is logged in as. Otherwise one who is not root uses sudo, with the password that Kiln logged in with if it asks for one.
   */
  disable_sudo: boolean;
  /**
   * PATH in the guest while Salt looks for Python.
   */
  guest_path?: string;
  /**
   * Directory in the guest that Salt puts itself in. It is removed in the end. Without it one below /var/tmp.
   */
  thin_dir?: string;
  /**
   * Program that applies the states.
   */
  command: string;
  /**
   * Arguments for salt-ssh, before the target. Any user of this machine can read them while it runs.
   */
  extra_arguments?: string[];
  /**
   * What of Salt's log is shown.
   */
  log_level: 'all' | 'garbage' | 'trace' | 'debug' | 'profile' | 'info' | 'warning' | 'error' | 'critical' | 'quiet';
  /**
   * Goes on with the build when a state fails, with a warning.
   */
  no_exit_on_failure: boolean;
}

// Made from a schema by `npm run generate`; do not edit.

/** Runs salt-ssh on this machine against the guest, which needs Python and no Salt. */
export interface SaltSshProvisionerConfig {
  /**
   * Directory with the states, as they are below file_roots.
   */
  readonly local_state_tree: string;
  /**
   * Directory with the pillar, as it is below pillar_roots. It stays on this machine but for what is meant for the guest.
   */
  readonly local_pillar_roots?: string;
  /**
   * States to apply (state.sls), separated by commas. Without it the highstate, which the tree's top.sls says.
   */
  readonly custom_state?: string;
  /**
   * The guest's name, which targets of top.sls are compared with. Without it the name of the build.
   */
  readonly minion_id?: string;
  /**
   * Grains that the guest has besides its own.
   */
  readonly grains?: {
    readonly [k: string]: string;
  };
  /**
   * Runs Salt as the user that Kiln is logged in as. Otherwise one who is not root uses sudo, with the password that Kiln logged in with if it asks for one.
   */
  readonly disable_sudo: boolean;
  /**
   * PATH in the guest while Salt looks for Python.
   */
  readonly guest_path?: string;
  /**
   * Directory in the guest that Salt puts itself in. It is removed in the end. Without it one below /var/tmp.
   */
  readonly thin_dir?: string;
  /**
   * Program that applies the states.
   */
  readonly command: string;
  /**
   * Arguments for salt-ssh, before the target. Any user of this machine can read them while it runs.
   */
  readonly extra_arguments?: readonly string[];
  /**
   * What of Salt's log is shown.
   */
  readonly log_level:
    'all' | 'garbage' | 'trace' | 'debug' | 'profile' | 'info' | 'warning' | 'error' | 'critical' | 'quiet';
  /**
   * Goes on with the build when a state fails, with a warning.
   */
  readonly no_exit_on_failure: boolean;
}

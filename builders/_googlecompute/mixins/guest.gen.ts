// Made from a schema by `npm run generate`; do not edit.

/** The way into the guest, and what Google's agent does there. */
export interface GuestOptions {
  /**
   * Connects to the instance's address inside its network, for a Kiln that runs there.
   */
  readonly use_internal_ip: boolean;
  /**
   * Connects through Identity-Aware Proxy, which needs no address outside and no gcloud: who builds needs the role IAP-secured Tunnel User, and the network a firewall rule that lets 35.235.240.0/20 in at the port.
   */
  readonly use_iap: boolean;
  /**
   * Port on this machine that leads to the guest with use_iap. Without it: any free one.
   */
  readonly iap_localhost_port?: number;
  /**
   * Seconds for which IAP may refuse with use_iap before that counts: it hears of a new instance, and of a new role, some time later. Without it: 30, or 40 with winrm. How long the port may take to answer is said by ssh_timeout or winrm_timeout.
   */
  readonly iap_tunnel_launch_wait?: number;
  /**
   * Accepted and not needed.
   */
  readonly iap_hashbang?: string;
  /**
   * Accepted and not needed.
   */
  readonly iap_ext?: string;
  /**
   * Lets the guest ask OS Login who may log in: the temporary key is put into the profile of the account that builds, and removed at the end. true and false also set the metadata enable-oslogin. Without it: what that metadata says in the template, and else in the project.
   */
  readonly use_os_login?: boolean;
  /**
   * Whom to log in as with OS Login. Without it, and with `__auto__`: the name in the account's profile; with `__external__` that name as instances know identities from outside (ext_…); else this name.
   */
  readonly oslogin_ssh_username?: string;
  /**
   * How long the key in the profile is good for, should it not be removed; longer than the build takes. Without it: it does not expire. (milliseconds)
   */
  readonly oslogin_ssh_key_expire_after?: number;
  /**
   * How long after its start the instance gets the SSH key, for images whose first start would remove it. (milliseconds)
   */
  readonly wait_to_add_ssh_keys: number;
  /**
   * How long to wait for the password of a Windows instance, with winrm and without winrm_password. Packer's 3 minutes are too short for images that set themselves up. (milliseconds)
   */
  readonly windows_password_timeout: number;
  /**
   * Script that the guest runs when it starts, in place of the metadata startup-script. Windows does not run it: there it is the metadata windows-startup-script-ps1 or -cmd.
   */
  readonly startup_script_file?: string;
  /**
   * Waits for the startup script before the image is made, and fails when it does. With Packer the guest needs gcloud and the right to change its metadata for this; Kiln uses guest attributes and the console. false: the script is run as it is, and not waited for.
   */
  readonly wrap_startup_script: boolean;
  /**
   * How long the startup script may take after the provisioners are through. Packer waits for ever. (milliseconds)
   */
  readonly startup_script_timeout: number;
  /**
   * Metadata of the instance whose values are in files.
   */
  readonly metadata_files?: {
    readonly [k: string]: string;
  };
}

// Made from a schema by `npm run generate`; do not edit.

/** Brings the artifact's files to other places. */
export interface UploadPostProcessorConfig {
  /**
   * Where the files go: a URL, or an object of options with its `url`.
   *
   * @minItems 1
   */
  readonly targets: readonly {
    /**
     * Where a file goes; what ends in a slash is a directory for it. Knows `.Name` (the file's), `.Stem` and `.Extension` (the name in two parts), `.BuildName` and `.BuilderType`.
     */
    readonly url: string;
    /**
     * Which files go to this target, instead of those that the post-processor's `files` says.
     */
    readonly files?: readonly string[];
    /**
     * Of the uploads that Kiln made by this target's `url` for a build of this name so many stay; older ones are removed when the new one is whole. Nothing is removed that Kiln did not upload. Not for http and https.
     */
    readonly keep_last?: number;
    /**
     * Command of this machine's shell that is run for each file once it is there, instead of the post-processor's `post_upload_command`.
     */
    readonly post_upload_command?: string;
    /**
     * Address of a service other than the cloud's own. Only s3, gs, az and swift; for az and swift with the account at its end where the service wants it there.
     */
    readonly endpoint?: string;
    /**
     * Region of the bucket or container. Without it AWS_REGION, the profile or clouds.yaml says it. Only s3 and swift.
     */
    readonly region?: string;
    /**
     * Storage class of the objects, in the cloud's own words; for az the access tier, for swift the policy of containers that are made. Only s3, gs, az and swift.
     */
    readonly storage_class?: string;
    /**
     * Storage account of the container. Without it AZURE_STORAGE_ACCOUNT or AZURE_STORAGE_CONNECTION_STRING says it. Only az.
     */
    readonly account?: string;
    /**
     * Name of the cloud in clouds.yaml. Without it OS_CLOUD, or what the OS_ variables describe. Only swift.
     */
    readonly cloud?: string;
    /**
     * User to log in as. Only http, https, webdav, webdavs and oci, as the next three.
     */
    readonly username?: string;
    /**
     * Password of `username`. Without it ~/.netrc (or NETRC) is asked, and for oci docker's configuration.
     */
    readonly password?: string;
    /**
     * File with the certificates that may vouch for the server, instead of the usual ones. For gs and az, too.
     */
    readonly cacert?: string;
    /**
     * Allows a password to go over http and webdav, where everybody on the way can read it; with oci, speaks http to the registry.
     */
    readonly insecure_plain_http?: boolean;
    /**
     * Type of the artifact. Without it: application/vnd.kiln.image.v1. Only oci.
     */
    readonly artifact_type?: string;
    /**
     * Tag or digest of the image in the same repository that the artifact is about. Only oci.
     */
    readonly subject?: string;
    /**
     * Private key to log in with. Without a key and a password the agent's keys are taken. Only sftp and rsync, as the other options that begin with `ssh_`.
     */
    readonly ssh_private_key_file?: string;
    /**
     * Opens an encrypted private key. Only sftp.
     */
    readonly ssh_private_key_passphrase?: string;
    /**
     * Password to log in with. Only sftp.
     */
    readonly ssh_password?: string;
    /**
     * File that has the server's host key. Without it and `ssh_host_key`: ~/.ssh/known_hosts.
     */
    readonly ssh_known_hosts_file?: string;
    /**
     * Host keys of the server as `TYPE BASE64`, instead of a file that has them.
     */
    readonly ssh_host_key?: readonly string[];
  }[];
  /**
   * Which files to upload. A pattern without a slash is for names of the artifact's files, one with a slash for paths of this machine. Without it: all of the artifact's.
   */
  readonly files?: readonly string[];
  /**
   * Command of this machine's shell that is run for each file once it is there. It finds KILN_UPLOAD_URL, KILN_UPLOAD_NAME, KILN_UPLOAD_FILE (the path here), KILN_UPLOAD_SIZE and KILN_UPLOAD_SHA256 in its environment. When it fails, so does the build; the file stays.
   */
  readonly post_upload_command?: string;
  /**
   * Finds out whether all targets would take the files, says what would go where, and sends nothing.
   */
  readonly dry_run: boolean;
  /**
   * A connection over which nothing moves for so long counts as lost. (milliseconds)
   */
  readonly stall_timeout: number;
  /**
   * How long a target may fail without any progress before Kiln gives up: lost connections, errors of the server, and its asking for fewer requests. (milliseconds)
   */
  readonly retry_for: number;
}

// Made from a schema by `npm run generate`; do not edit.

/** How Kiln gets into OpenStack. */
export interface AccessOptions {
  /**
   * Entry of clouds.yaml. Without it: OS_CLOUD. Options of the template win over what the entry says.
   */
  readonly cloud?: string;
  /**
   * URL of Keystone. Without it: the cloud's, or OS_AUTH_URL.
   */
  readonly identity_endpoint?: string;
  /**
   * Name of the user. Without it: the cloud's, or OS_USERNAME.
   */
  readonly username?: string;
  /**
   * Id of the user, in place of the name and its domain. Without it: OS_USER_ID or OS_USERID.
   */
  readonly user_id?: string;
  /**
   * Password of the user. Without it: the cloud's, or OS_PASSWORD.
   */
  readonly password?: string;
  /**
   * Code of a TOTP device, for a user whose login needs one besides the password. It is good for one time; without it the person at the terminal is asked. Packer has no such option.
   */
  readonly passcode?: string;
  /**
   * Id of the project (tenant) to build in. Without it: the cloud's, OS_PROJECT_ID or OS_TENANT_ID.
   */
  readonly tenant_id?: string;
  /**
   * Name of the project (tenant) to build in. Without it: the cloud's, OS_PROJECT_NAME or OS_TENANT_NAME.
   */
  readonly tenant_name?: string;
  /**
   * Id of the domain of the user and of the project. Without it: what the cloud or the environment says of them.
   */
  readonly domain_id?: string;
  /**
   * Name of the domain of the user and of the project. Without it: what the cloud or the environment says of them.
   */
  readonly domain_name?: string;
  /**
   * Token to log in with, in place of a password: of another login, or of a federation. Without it: OS_TOKEN. It cannot be renewed when it ends.
   */
  readonly token?: string;
  /**
   * Id of an application credential. Without it: OS_APPLICATION_CREDENTIAL_ID.
   */
  readonly application_credential_id?: string;
  /**
   * Name of an application credential, together with the user. Without it: OS_APPLICATION_CREDENTIAL_NAME.
   */
  readonly application_credential_name?: string;
  /**
   * Secret of the application credential. Without it: OS_APPLICATION_CREDENTIAL_SECRET.
   */
  readonly application_credential_secret?: string;
  /**
   * Region to build in. Without it: the cloud's, or OS_REGION_NAME. A catalogue with one region needs none.
   */
  readonly region?: string;
  /**
   * Which of a service's addresses is used. Without it: the cloud's, OS_INTERFACE or OS_ENDPOINT_TYPE, and else public.
   */
  readonly endpoint_type?: 'public' | 'publicURL' | 'internal' | 'internalURL' | 'admin' | 'adminURL';
  /**
   * Does not check the certificates of the servers.
   */
  readonly insecure: boolean;
  /**
   * File of the certificates that the servers' are checked by. Without it: the cloud's, or OS_CACERT.
   */
  readonly cacert?: string;
  /**
   * File of the client's certificate, for TLS with client authentication. Without it: the cloud's, or OS_CERT.
   */
  readonly cert?: string;
  /**
   * File of the private key of `cert`. Without it: the cloud's, or OS_KEY.
   */
  readonly key?: string;
}

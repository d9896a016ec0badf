// Made from a schema by `npm run generate`; do not edit.

/** How Kiln gets into AWS. */
export interface AccessOptions {
  /**
   * Access key id. Without it: what AWS's tools would use (environment, profile, web identity, SSO, container, the machine's role).
   */
  readonly access_key?: string;
  /**
   * Secret access key of `access_key`.
   */
  readonly secret_key?: string;
  /**
   * Session token of `access_key`, for temporary credentials.
   */
  readonly token?: string;
  /**
   * Profile in AWS's configuration files; its region counts too.
   */
  readonly profile?: string;
  /**
   * Credentials file to read instead of ~/.aws/credentials.
   */
  readonly shared_credentials_file?: string;
  /**
   * Region to build in. Without it: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or that of the machine Kiln runs on.
   */
  readonly region?: string;
  /**
   * Role to take on for all calls. The credentials are renewed while the build runs.
   */
  readonly assume_role?: {
    /**
     * ARN of the role.
     */
    readonly role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    readonly session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    readonly duration_seconds?: number;
    /**
     * External id that the role asks for.
     */
    readonly external_id?: string;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    readonly policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    readonly policy_arns?: readonly string[];
    /**
     * Tags of the session.
     */
    readonly tags?: {
      readonly [k: string]: string;
    };
    /**
     * Names of session tags that go on to further roles.
     */
    readonly transitive_tag_keys?: readonly string[];
  };
  /**
   * Role to take on with a token of another identity provider (a CI system, Kubernetes), instead of other credentials. Without it: AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are read too.
   */
  readonly assume_role_with_web_identity?: {
    /**
     * ARN of the role.
     */
    readonly role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    readonly session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    readonly duration_seconds?: number;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    readonly policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    readonly policy_arns?: readonly string[];
    /**
     * Token of the identity provider.
     */
    readonly web_identity_token?: string;
    /**
     * File with the token; read anew each time, as such tokens are replaced while a build runs.
     */
    readonly web_identity_token_file?: string;
  };
  /**
   * Has HashiCorp Vault's engine for AWS make the credentials, anew before they end. VAULT_ADDR, VAULT_TOKEN and Vault's other variables say where and how.
   */
  readonly vault_aws_engine?: {
    /**
     * Role of the engine, in Vault, that makes the credentials.
     */
    readonly name?: string;
    /**
     * ARN of the AWS role, when Vault's role allows several.
     */
    readonly role_arn?: string;
    /**
     * How long the credentials shall be valid, as Vault writes it.
     */
    readonly ttl?: string;
    /**
     * Path where the engine is mounted.
     */
    readonly engine_name: string;
  };
  /**
   * Code of an MFA device, for a profile whose role asks for one (mfa_serial). It is good for one time; without it, and when credentials have to be renewed, the person at the terminal is asked.
   */
  readonly mfa_code?: string;
  /**
   * URL of EC2, for services that look like it. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_EC2 work too.
   */
  readonly custom_endpoint_ec2?: string;
  /**
   * Does not check the certificates of AWS's servers.
   */
  readonly insecure_skip_tls_verify: boolean;
  /**
   * Lets STS decode the reason when AWS refuses a call for lack of permission, and shows it.
   */
  readonly decode_authorization_messages: boolean;
  /**
   * How often a call is repeated when AWS is busy or cannot be reached; 0: never. The pauses grow, and all builds of a region slow down together.
   */
  readonly max_retries: number;
  /**
   * Does not ask the machine Kiln runs on for its role and region.
   */
  readonly skip_metadata_api_check: boolean;
  /**
   * Accepted and not needed: credentials are not checked ahead of the first call.
   */
  readonly skip_credential_validation: boolean;
  /**
   * Accepted and not needed: names of regions are not checked ahead of the first call.
   */
  readonly skip_region_validation: boolean;
  /**
   * How AWS is asked whether something is done. Without it the pauses grow from 1 to 15 seconds, and waiting for an AMI ends after 12 hours. AWS_POLL_DELAY_SECONDS, AWS_MAX_ATTEMPTS and AWS_TIMEOUT_SECONDS are read too.
   */
  readonly aws_polling?: {
    /**
     * Longest pause between two questions, in seconds.
     */
    readonly delay_seconds?: number;
    /**
     * Waiting ends after so many times delay_seconds.
     */
    readonly max_attempts?: number;
  };
}

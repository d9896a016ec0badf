// Made from schema.json by `npm run generate`; do not edit.

export interface AmazonImportPostProcessorConfig {
  /**
   * How the disk gets to AWS. `ebs-direct` writes it to a snapshot, block by block: it needs neither a bucket nor a role, sends only what is not zero, and the disk has to boot on EC2 as it is. `import-image` is Packer's way: the file goes to a bucket, and AWS converts it and puts its drivers in. Without it: import-image when `s3_bucket_name` is given, else ebs-direct.
   */
  method?: 'ebs-direct' | 'import-image';
  /**
   * Format of the disk image; the artifact's first file of this extension is taken. ebs-direct takes raw, qcow2 and vmdk, and without this option what the builder or the file's extension says. import-image takes ova, raw, vhd, vhdx and vmdk, and without this option ova.
   */
  format?: 'ova' | 'qcow2' | 'raw' | 'vhd' | 'vhdx' | 'vmdk';
  /**
   * Name of the AMI: 3 to 128 letters, digits and ()[]./-'@_ or spaces. Without it: packer-import-TIME with ebs-direct, and the one that AWS makes up with import-image. With import-image a name costs a copy of the AMI.
   */
  ami_name?: string;
  /**
   * Description of the AMI.
   */
  ami_description?: string;
  /**
   * Ids of accounts that may launch the AMI.
   */
  ami_users?: string[];
  /**
   * Groups that may launch the AMI; AWS knows only all, which makes it public.
   */
  ami_groups?: string[];
  /**
   * ARNs of organizations that may launch the AMI.
   */
  ami_org_arns?: string[];
  /**
   * ARNs of organizational units that may launch the AMI.
   */
  ami_ou_arns?: string[];
  /**
   * Encrypts the AMI.
   */
  ami_encrypt: boolean;
  /**
   * Key to encrypt with; needs `ami_encrypt`. Its id, alias or ARN with import-image, its ARN with ebs-direct. Without it: the account's default key, with which an AMI cannot be shared.
   */
  ami_kms_key?: string;
  /**
   * v2.0: machines from the AMI have IMDSv2 only unless told otherwise.
   */
  imds_support?: 'v2.0';
  /**
   * Tags of the AMI and of its snapshots.
   */
  tags?: {
    [k: string]: string;
  };
  /**
   * Processor of the machines that the AMI is for.
   */
  architecture: 'x86_64' | 'arm64' | 'i386';
  /**
   * Firmware that the disk boots with. Without it: uefi for arm64, and with ebs-direct for a disk that its builder booted by UEFI; else legacy-bios.
   */
  boot_mode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  /**
   * Bucket for the file, in the region of the AMI. Needed by import-image, and no use to ebs-direct.
   */
  s3_bucket_name?: string;
  /**
   * Name of the object in the bucket. Without it: packer-import-TIME.FORMAT. Only import-image.
   */
  s3_key_name?: string;
  /**
   * Encryption of the object in the bucket. Only import-image.
   */
  s3_encryption?: 'AES256' | 'aws:kms';
  /**
   * Key for `s3_encryption` aws:kms; without it the account's default key. Only import-image.
   */
  s3_encryption_key?: string;
  /**
   * Leaves the object in the bucket when the AMI is made. When it is not made the object is removed in any case. Only import-image.
   */
  skip_clean: boolean;
  /**
   * License of the guest's system: AWS's, or the one you bring. Only import-image.
   */
  license_type?: 'AWS' | 'BYOL';
  /**
   * Service role with which AWS reads the bucket. Without it: vmimport. Only import-image.
   */
  role_name?: string;
  /**
   * The guest's system, when AWS is not to find out. Only import-image.
   */
  platform?: 'Linux' | 'Windows';
  /**
   * Access key id. Without it: what AWS's tools would use (environment, profile, web identity, SSO, container, the machine's role).
   */
  access_key?: string;
  /**
   * Secret access key of `access_key`.
   */
  secret_key?: string;
  /**
   * Session token of `access_key`, for temporary credentials.
   */
  token?: string;
  /**
   * Profile in AWS's configuration files; its region counts too.
   */
  profile?: string;
  /**
   * Credentials file to read instead of ~/.aws/credentials.
   */
  shared_credentials_file?: string;
  /**
   * Region to build in. Without it: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or that of the machine Kiln runs on.
   */
  region?: string;
  /**
   * Role to take on for all calls. The credentials are renewed while the build runs.
   */
  assume_role?: {
    /**
     * ARN of the role.
     */
    role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    duration_seconds?: number;
    /**
     * External id that the role asks for.
     */
    external_id?: string;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    policy_arns?: string[];
    /**
     * Tags of the session.
     */
    tags?: {
      [k: string]: string;
    };
    /**
     * Names of session tags that go on to further roles.
     */
    transitive_tag_keys?: string[];
  };
  /**
   * Role to take on with a token of another identity provider (a CI system, Kubernetes), instead of other credentials. Without it: AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are read too.
   */
  assume_role_with_web_identity?: {
    /**
     * ARN of the role.
     */
    role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    duration_seconds?: number;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    policy_arns?: string[];
    /**
     * Token of the identity provider.
     */
    web_identity_token?: string;
    /**
     * File with the token; read anew each time, as such tokens are replaced while a build runs.
     */
    web_identity_token_file?: string;
  };
  /**
   * Has HashiCorp Vault's engine for AWS make the credentials, anew before they end. VAULT_ADDR, VAULT_TOKEN and Vault's other variables say where and how.
   */
  vault_aws_engine?: {
    /**
     * Role of the engine, in Vault, that makes the credentials.
     */
    name?: string;
    /**
     * ARN of the AWS role, when Vault's role allows several.
     */
    role_arn?: string;
    /**
     * How long the credentials shall be valid, as Vault writes it.
     */
    ttl?: string;
    /**
     * Path where the engine is mounted.
     */
    engine_name: string;
  };
  /**
   * Code of an MFA device, for a profile whose role asks for one (mfa_serial). It is good for one time; without it, and when credentials have to be renewed, the person at the terminal is asked.
   */
  mfa_code?: string;
  /**
   * URL of EC2, for services that look like it. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_EC2 work too.
   */
  custom_endpoint_ec2?: string;
  /**
   * Does not check the certificates of AWS's servers.
   */
  insecure_skip_tls_verify: boolean;
  /**
   * Lets STS decode the reason when AWS refuses a call for lack of permission, and shows it.
   */
  decode_authorization_messages: boolean;
  /**
   * How often a call is repeated when AWS is busy or cannot be reached; 0: never. The pauses grow, and all builds of a region slow down together.
   */
  max_retries: number;
  /**
   * Does not ask the machine Kiln runs on for its role and region.
   */
  skip_metadata_api_check: boolean;
  /**
   * Accepted and not needed: credentials are not checked ahead of the first call.
   */
  skip_credential_validation: boolean;
  /**
   * Accepted and not needed: names of regions are not checked ahead of the first call.
   */
  skip_region_validation: boolean;
  /**
   * How AWS is asked whether something is done. Without it the pauses grow from 1 to 15 seconds, and waiting for an AMI ends after 12 hours. AWS_POLL_DELAY_SECONDS, AWS_MAX_ATTEMPTS and AWS_TIMEOUT_SECONDS are read too.
   */
  aws_polling?: {
    /**
     * Longest pause between two questions, in seconds.
     */
    delay_seconds?: number;
    /**
     * Waiting ends after so many times delay_seconds.
     */
    max_attempts?: number;
  };
}

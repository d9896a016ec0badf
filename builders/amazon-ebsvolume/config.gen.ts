// Made from schema.json by `npm run generate`; do not edit.

export interface AmazonEbsvolumeBuilderConfig {
  /**
   * Volumes to make. They are attached to the instance while it is provisioned, and stay when it is gone.
   */
  ebs_volumes?: {
    /**
     * Name of the device, /dev/sda1 or xvdb for example.
     */
    device_name?: string;
    /**
     * Whether the volume goes with the instance, and is no result of the build: for one of which only a snapshot is wanted.
     */
    delete_on_termination: boolean;
    /**
     * Encrypts the volume. Without it: as the snapshot, or the account's default.
     */
    encrypted?: boolean;
    /**
     * I/O operations a second, for io1, io2 and gp3; without effect for other types.
     */
    iops?: number;
    /**
     * Key to encrypt with: id, alias or ARN. Encrypts the volume, unless encrypted is false, which is refused.
     */
    kms_key_id?: string;
    /**
     * Leaves out the device that the source AMI has under this name.
     */
    no_device: boolean;
    /**
     * Snapshot to start from.
     */
    snapshot_id?: string;
    /**
     * MiB/s, for gp3.
     */
    throughput?: number;
    /**
     * ephemeral0 and so on, for instance store volumes.
     */
    virtual_name?: string;
    /**
     * gp2, gp3, io1, io2, sc1, st1 or standard.
     */
    volume_type?: string;
    /**
     * GiB.
     */
    volume_size?: number;
    /**
     * Tags of the volume, instead of run_volume_tags. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
     */
    tags?: {
      [k: string]: string;
    };
    /**
     * The same as `tags`, as a list of objects with key and value.
     */
    tag?: {
      /**
       * Name of the tag.
       */
      key?: string;
      /**
       * Its value.
       */
      value?: string;
    }[];
    /**
     * Makes a snapshot of the volume once the instance has stopped.
     */
    snapshot_volume: boolean;
    /**
     * Description of the snapshot; needs snapshot_volume. Without it: which volume of which build it is of.
     */
    snapshot_description?: string;
    /**
     * Tags of the snapshot. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
     */
    snapshot_tags?: {
      [k: string]: string;
    };
    /**
     * The same as `snapshot_tags`, as a list of objects with key and value.
     */
    snapshot_tag?: {
      /**
       * Name of the tag.
       */
      key?: string;
      /**
       * Its value.
       */
      value?: string;
    }[];
    /**
     * Ids of accounts that may use the snapshot.
     */
    snapshot_users?: string[];
    /**
     * Groups that may use the snapshot; AWS knows only all.
     */
    snapshot_groups?: string[];
  }[];
  /**
   * Marks the instance as having, or not having, the driver for enhanced networking (ENA), once it has stopped. Not with spot instances.
   */
  ena_support?: boolean;
  /**
   * Marks the instance as having the driver for enhanced networking (Intel 82599 VF), once it has stopped. Not with spot instances.
   */
  sriov_support: boolean;
  /**
   * Id of the AMI to start from.
   */
  source_ami?: string;
  /**
   * Finds the AMI to start from. It is an error when more than one fits, unless most_recent is set.
   */
  source_ami_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    filters?: {
      [k: string]: string;
    };
    /**
     * More filters, as blocks of key and value. They win over those of filters.
     */
    filter?: {
      /**
       * EC2's name of the filter.
       */
      key?: string;
      /**
       * What it has to be; * stands for any text.
       */
      value?: string;
    }[];
    /**
     * Ids of accounts, self, amazon or aws-marketplace. Required: anybody may publish an AMI of any name.
     */
    owners?: string[];
    /**
     * Takes the newest one that fits.
     */
    most_recent: boolean;
    /**
     * Deprecated AMIs count too.
     */
    include_deprecated: boolean;
  };
  /**
   * Type of the instance. Required, unless spot_instance_types is given.
   */
  instance_type?: string;
  /**
   * Whether the instance gets a public address. Without it: as the subnet says. Without a subnet, the default VPC's subnet with the most free addresses is taken.
   */
  associate_public_ip_address?: boolean;
  /**
   * Zone to build in. Without it AWS chooses one.
   */
  availability_zone?: string;
  /**
   * Subnet of the instance.
   */
  subnet_id?: string;
  /**
   * Finds the subnet. It is an error when more than one fits, unless most_free or random is set.
   */
  subnet_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    filters?: {
      [k: string]: string;
    };
    /**
     * More filters, as blocks of name and value. They win over those of filters.
     */
    filter?: {
      /**
       * EC2's name of the filter.
       */
      name?: string;
      /**
       * What it has to be; * stands for any text.
       */
      value?: string;
    }[];
    /**
     * Takes the one with the most free addresses.
     */
    most_free: boolean;
    /**
     * Takes any.
     */
    random: boolean;
  };
  /**
   * VPC of the temporary security group, when no subnet says it.
   */
  vpc_id?: string;
  /**
   * Finds the VPC; exactly one has to fit.
   */
  vpc_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    filters?: {
      [k: string]: string;
    };
    /**
     * More filters, as blocks of name and value. They win over those of filters.
     */
    filter?: {
      /**
       * EC2's name of the filter.
       */
      name?: string;
      /**
       * What it has to be; * stands for any text.
       */
      value?: string;
    }[];
  };
  /**
   * Security group of the instance. Without any, a temporary one is made that lets SSH in.
   */
  security_group_id?: string;
  /**
   * Security groups of the instance.
   */
  security_group_ids?: string[];
  /**
   * Finds security groups; all that fit are taken.
   */
  security_group_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    filters?: {
      [k: string]: string;
    };
    /**
     * More filters, as blocks of name and value. They win over those of filters.
     */
    filter?: {
      /**
       * EC2's name of the filter.
       */
      name?: string;
      /**
       * What it has to be; * stands for any text.
       */
      value?: string;
    }[];
  };
  /**
   * Networks that the temporary security group lets in. Without it: all.
   */
  temporary_security_group_source_cidrs?: string[];
  /**
   * Lets in only the public address of this machine, as checkip.amazonaws.com sees it. Not together with the option above.
   */
  temporary_security_group_source_public_ip: boolean;
  /**
   * Address of the instance to connect to, for SSH and for WinRM. Without it: the public one if there is one, and else the private one. With session_manager the connection goes through AWS Systems Manager and the instance needs no way in; it needs an instance profile that lets its agent in. With instance_connect_endpoint, which is Kiln's own, SSH goes through an EC2 Instance Connect endpoint of the VPC.
   */
  ssh_interface?:
    | 'public_ip'
    | 'private_ip'
    | 'public_dns'
    | 'private_dns'
    | 'ipv6'
    | 'session_manager'
    | 'instance_connect_endpoint';
  /**
   * Id of the EC2 Instance Connect endpoint, with `ssh_interface` instance_connect_endpoint. Without it: one of the instance's VPC, in the instance's subnet if there is one. Packer has no such option.
   */
  instance_connect_endpoint_id?: string;
  /**
   * Port on this machine's loopback address that leads to the instance, with `ssh_interface` session_manager; 0 is any free one.
   */
  session_manager_port: number;
  /**
   * Pause before the first session of Session Manager is started. It is not needed: Kiln waits until the agent of the instance is there. (milliseconds)
   */
  pause_before_ssm: number;
  /**
   * Name of the instance profile.
   */
  iam_instance_profile?: string;
  /**
   * Does not check that the instance profile is there.
   */
  skip_profile_validation: boolean;
  /**
   * Makes a temporary role with this policy, and an instance profile of it, for the build.
   */
  temporary_iam_instance_profile_policy_document?: {
    /**
     * Version of the policy language.
     */
    Version: string;
    /**
     * Statements of the policy.
     */
    Statement?: {
      /**
       * Allow or Deny.
       */
      Effect?: string;
      /**
       * Actions.
       */
      Action?: string[];
      /**
       * ARNs.
       */
      Resource?: string[];
    }[];
  };
  /**
   * User data of the instance: text, or base64 as it is.
   */
  user_data?: string;
  /**
   * File that has the user data.
   */
  user_data_file?: string;
  /**
   * Asks for a dedicated connection to EBS, for old instance types.
   */
  ebs_optimized: boolean;
  /**
   * Lets the instance run Nitro Enclaves. Not with spot instances or burstable types.
   */
  enable_nitro_enclave: boolean;
  /**
   * Lets a burstable instance (t2, t3, t4g) go on at full speed, at AWS's price for that.
   */
  enable_unlimited_credits: boolean;
  /**
   * Older name of enable_unlimited_credits.
   */
  enable_t2_unlimited: boolean;
  /**
   * What happens when the guest shuts itself down.
   */
  shutdown_behavior: 'stop' | 'terminate';
  /**
   * Does not stop the instance and waits until the guest has shut itself down, after sysprep for example.
   */
  disable_stop_instance: boolean;
  /**
   * Whether the instance may use any open capacity reservation. Without it: none.
   */
  capacity_reservation_preference?: 'none' | 'open';
  /**
   * Capacity reservation to use.
   */
  capacity_reservation_id?: string;
  /**
   * Group of capacity reservations to use.
   */
  capacity_reservation_group_arn?: string;
  /**
   * Builds on a spot instance: the highest price in US dollars an hour, or auto for at most the on-demand price.
   */
  spot_price?: string;
  /**
   * Accepted and not needed any more.
   */
  spot_price_auto_product?: string;
  /**
   * Instance types to choose from for a spot instance, instead of instance_type. When AWS is out of one of them, another is taken.
   */
  spot_instance_types?: string[];
  /**
   * How AWS chooses among several types and zones.
   */
  spot_allocation_strategy?:
    | 'lowest-price'
    | 'diversified'
    | 'capacity-optimized'
    | 'capacity-optimized-prioritized'
    | 'price-capacity-optimized';
  /**
   * Tags of the launch template of a spot instance. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  spot_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `spot_tags`, as a list of objects with key and value.
   */
  spot_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Tags of the fleet request of a spot instance. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  fleet_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `fleet_tags`, as a list of objects with key and value.
   */
  fleet_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Where the instance runs.
   */
  placement?: {
    /**
     * ARN of a host resource group.
     */
    host_resource_group_arn?: string;
    /**
     * Id of a dedicated host.
     */
    host_id?: string;
    /**
     * default, dedicated or host.
     */
    tenancy?: 'default' | 'dedicated' | 'host';
  };
  /**
   * Older place of placement.tenancy.
   */
  tenancy?: 'default' | 'dedicated' | 'host';
  /**
   * License configurations to use.
   */
  license_specifications?: {
    /**
     * A license configuration.
     */
    license_configuration_request?: {
      /**
       * Its ARN.
       */
      license_configuration_arn?: string;
    };
  }[];
  /**
   * The instance's metadata service while it is built.
   */
  metadata_options?: {
    /**
     * enabled or disabled.
     */
    http_endpoint: 'enabled' | 'disabled';
    /**
     * required: IMDSv2 only.
     */
    http_tokens: 'optional' | 'required';
    /**
     * How many hops away it answers, 1 to 64.
     */
    http_put_response_hop_limit: number;
    /**
     * Whether the guest can read its tags there.
     */
    instance_metadata_tags: 'enabled' | 'disabled';
  };
  /**
   * Tags of the instance and of all that is made for the build (key pair, security group, volumes excepted). Without a Name: Packer Builder. An AMI gets them too, unless skip_ami_run_tags is set. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  run_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `run_tags`, as a list of objects with key and value.
   */
  run_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Tags of the instance's volumes. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  run_volume_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `run_volume_tags`, as a list of objects with key and value.
   */
  run_volume_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * The same as key, which wins.
     */
    name?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * How long to wait for the administrator's password with the communicator winrm, when winrm_password is not given. It comes encrypted with the key pair, which is of the type rsa then. (milliseconds)
   */
  windows_password_timeout: number;
  /**
   * Gives the instance no instance store volumes (xvdca to xvdcz), for Windows.
   */
  no_ephemeral: boolean;
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
  /**
   * How to reach the guest. With none, provisioners that need the guest fail.
   */
  communicator: 'ssh' | 'winrm' | 'none';
  /**
   * Name or address of the guest, where the builder does not know better.
   */
  ssh_host?: string;
  /**
   * Port of the guest's SSH server.
   */
  ssh_port: number;
  /**
   * User to log in as. Required with the ssh communicator.
   */
  ssh_username?: string;
  /**
   * Password of the user; also answers keyboard-interactive questions.
   */
  ssh_password?: string;
  /**
   * Private key (OpenSSH or PEM) to log in with; a leading ~ is the home directory.
   */
  ssh_private_key_file?: string;
  /**
   * Opens ssh_private_key_file, and ssh_bastion_private_key_file, when they are encrypted. Packer has no such option.
   */
  ssh_private_key_passphrase?: string;
  /**
   * User certificate that a certificate authority made for ssh_private_key_file, or for a key of the agent.
   */
  ssh_certificate_file?: string;
  /**
   * What speaks SSH: ssh2 is built in; openssh is the program ssh of this machine (8.5 or newer), which also does certificates, security keys (sk-…; touched when it asks; not tested with hardware, and PINs are not asked for), ssh_config_file and ssh_bastion_interactive. Without it: openssh when one of these is used, otherwise ssh2.
   */
  ssh_backend?: 'ssh2' | 'openssh';
  /**
   * OpenSSH configuration that is read for what the template does not say: ssh_host may be one of its hosts, with ProxyJump and the rest. ssh_port 22 leaves the port to it.
   */
  ssh_config_file?: string;
  /**
   * Host keys of the guest, as in its /etc/ssh/ssh_host_*_key.pub; any other ends the build. Without this and ssh_known_hosts_file, the key of the first login is taken, and no other for the rest of the build.
   *
   * @minItems 1
   */
  ssh_host_key?: string[];
  /**
   * File of known hosts, as OpenSSH's, which guest and jump host must be in. For the guest, ssh_host_key wins over it.
   */
  ssh_known_hosts_file?: string;
  /**
   * Logs in with the keys of the agent at SSH_AUTH_SOCK.
   */
  ssh_agent_auth: boolean;
  /**
   * Set to false to let commands in the guest use the agent at SSH_AUTH_SOCK, if there is one. Unlike in Packer, the agent is not forwarded unless this is said.
   */
  ssh_disable_agent_forwarding?: boolean;
  /**
   * How long to wait until the guest lets Kiln in. Without it: 5m, or a day when ssh_handshake_attempts is given. (milliseconds)
   */
  ssh_timeout?: number;
  /**
   * Older name of ssh_timeout; wins over it. (milliseconds)
   */
  ssh_wait_timeout?: number;
  /**
   * Give up after this many refused logins or failed handshakes. Without it: 10, or no limit when ssh_timeout is given. The pauses between them grow from half a second to ten seconds.
   */
  ssh_handshake_attempts?: number;
  /**
   * Gives commands a terminal, for guests whose sudo demands one.
   */
  ssh_pty: boolean;
  /**
   * How often the guest is asked for a sign of life; after three unanswered ones the connection counts as lost. Less than zero switches it off. (milliseconds)
   */
  ssh_keep_alive_interval: number;
  /**
   * The connection counts as lost when nothing was received for so long; zero switches it off. With keepalives on, a live guest is never silent for longer than their interval. (milliseconds)
   */
  ssh_read_write_timeout: number;
  /**
   * Ciphers to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  ssh_ciphers?: (
    | 'aes128-gcm@openssh.com'
    | 'aes256-gcm@openssh.com'
    | 'aes128-ctr'
    | 'aes192-ctr'
    | 'aes256-ctr'
    | 'chacha20-poly1305@openssh.com'
    | 'aes256-cbc'
    | 'aes192-cbc'
    | 'aes128-cbc'
    | '3des-cbc'
  )[];
  /**
   * Key exchange algorithms to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  ssh_key_exchange_algorithms?: (
    | 'curve25519-sha256'
    | 'curve25519-sha256@libssh.org'
    | 'ecdh-sha2-nistp256'
    | 'ecdh-sha2-nistp384'
    | 'ecdh-sha2-nistp521'
    | 'diffie-hellman-group-exchange-sha256'
    | 'diffie-hellman-group14-sha256'
    | 'diffie-hellman-group15-sha512'
    | 'diffie-hellman-group16-sha512'
    | 'diffie-hellman-group17-sha512'
    | 'diffie-hellman-group18-sha512'
    | 'diffie-hellman-group-exchange-sha1'
    | 'diffie-hellman-group14-sha1'
    | 'diffie-hellman-group1-sha1'
  )[];
  /**
   * scp sends files through a command in the guest, which needs neither the scp program nor the SFTP subsystem; sftp uses the subsystem. Each falls back to the other when the guest does not offer it. Trees are sent as one tar stream either way.
   */
  ssh_file_transfer_method: 'scp' | 'sftp';
  /**
   * At the end of the build, removes the temporary key from the guest's authorized_keys files.
   */
  ssh_clear_authorized_keys: boolean;
  /**
   * With the Amazon builders: Key pair in EC2 to start the instance with, instead of a temporary one. Needs ssh_private_key_file or ssh_agent_auth.
   */
  ssh_keypair_name?: string;
  /**
   * Name of the temporary key, which is also its comment in authorized_keys. Without it: packer_ and a UUID.
   */
  temporary_key_pair_name?: string;
  /**
   * Type of the temporary key. Packer's default is rsa; ed25519 takes no time to make.
   */
  temporary_key_pair_type: 'ed25519' | 'ecdsa' | 'rsa';
  /**
   * Size of the temporary key: 1024 or more for rsa (without it 4096), 256, 384 or 521 for ecdsa (without it 521). Not used for ed25519.
   */
  temporary_key_pair_bits?: number;
  /**
   * Jump host through which the guest is reached.
   */
  ssh_bastion_host?: string;
  /**
   * Port of the jump host's SSH server.
   */
  ssh_bastion_port: number;
  /**
   * User on the jump host. Without it: ssh_username.
   */
  ssh_bastion_username?: string;
  /**
   * Password on the jump host.
   */
  ssh_bastion_password?: string;
  /**
   * Private key for the jump host. Without it: ssh_private_key_file, unless a password is given.
   */
  ssh_bastion_private_key_file?: string;
  /**
   * User certificate for the jump host. Without it: ssh_certificate_file, when the key is the same.
   */
  ssh_bastion_certificate_file?: string;
  /**
   * Has you answer the jump host's questions at the terminal.
   */
  ssh_bastion_interactive: boolean;
  /**
   * Logs in to the jump host with the keys of the agent at SSH_AUTH_SOCK.
   */
  ssh_bastion_agent_auth: boolean;
  /**
   * SOCKS5 proxy through which the guest is reached. Not together with ssh_bastion_host.
   */
  ssh_proxy_host?: string;
  /**
   * Port of the SOCKS5 proxy.
   */
  ssh_proxy_port: number;
  /**
   * User at the SOCKS5 proxy, if it asks.
   */
  ssh_proxy_username?: string;
  /**
   * Password at the SOCKS5 proxy.
   */
  ssh_proxy_password?: string;
  /**
   * Ports on this machine (127.0.0.1) that lead into the guest's network, as LOCAL_PORT:REMOTE_HOST:REMOTE_PORT, for as long as the build is connected.
   */
  ssh_local_tunnels?: string[];
  /**
   * Ports in the guest that lead to this machine's network, as REMOTE_PORT:LOCAL_HOST:LOCAL_PORT.
   */
  ssh_remote_tunnels?: string[];
  /**
   * Name or address of the guest with the winrm communicator, where the builder does not know better.
   */
  winrm_host?: string;
  /**
   * Port of the guest's WinRM. Without it: 5985, or 5986 with winrm_use_ssl.
   */
  winrm_port?: number;
  /**
   * Administrator to log in as; DOMAIN\user for one of a domain. Required with the winrm communicator.
   */
  winrm_username?: string;
  /**
   * Password of winrm_username.
   */
  winrm_password?: string;
  /**
   * Reaches the guest without the proxies that HTTP_PROXY and HTTPS_PROXY name. This machine itself is always reached without them.
   */
  winrm_no_proxy: boolean;
  /**
   * How long to wait until the guest lets Kiln in and its PowerShell answers. (milliseconds)
   */
  winrm_timeout: number;
  /**
   * Uses HTTPS.
   */
  winrm_use_ssl: boolean;
  /**
   * Takes any certificate with winrm_use_ssl, as those that Windows makes for itself.
   */
  winrm_insecure: boolean;
  /**
   * Logs in by NTLM instead of Basic. Without HTTPS all messages are then encrypted, so that the guest need not allow unencrypted ones.
   */
  winrm_use_ntlm: boolean;
  /**
   * Once the guest has let Kiln in, disconnect, wait so long, and connect again; for guests that reboot while they set themselves up. (milliseconds)
   */
  pause_before_connecting: number;
}

/** Rows in which Kiln's answer is not that of Packer 1.6.6, and why: each is in docs/templates.md, "Where Kiln differs". */
export interface Meant {
  /** Whether it is Kiln that refuses. */
  readonly refuses: boolean;
  readonly of: RegExp;
  /** Of the row's options, as JSON. */
  readonly options: RegExp;
  readonly why: string;
}

export const meant: readonly Meant[] = [
  {
    refuses: true,
    of: /^builder\//,
    options: /"ssh_(bastion_)?agent_auth":true/,
    why: 'there is no SSH agent, and the build would fail',
  },
  {
    refuses: true,
    of: /^builder\//,
    options: /"ssh_(ciphers|key_exchange_algorithms)":/,
    why: 'there is a fixed choice, of which this is none',
  },
  { refuses: true, of: /^provisioner\/powershell/, options: /"execution_policy":"\d"/, why: 'a policy has a name' },
  { refuses: true, of: /./, options: /"script":"folder"/, why: 'a directory cannot be run' },
  { refuses: true, of: /./, options: /:-\d|"ssh_proxy_port":99999/, why: 'there is no such number' },
  {
    refuses: true,
    of: /./,
    options: /"(disk_additional_size|vm_name|floppy_label|cd_label|log_level|license_type)":/,
    why: 'it has not the form that it must have',
  },
  { refuses: true, of: /./, options: /\{\{ ?\.(Nothing|Provider)\b/, why: 'nothing ever fills it in' },
  {
    refuses: true,
    of: /null/,
    options: /"ssh_certificate_file":/,
    why: 'a certificate is for a key, and has to be there',
  },
  {
    refuses: true,
    of: /file$/,
    options: /"target":"(folder|file)"/,
    why: 'the source and directories stay as they are',
  },
  { refuses: true, of: /ansible$/, options: /"ansible_env_vars":\["bad"\]/, why: 'a variable has a value' },
  { refuses: true, of: /qemu/, options: /"qemuargs":\[\[\]\]|"iso_urls":\[""\]/, why: 'an empty one says nothing' },
  { refuses: true, of: /qemu/, options: /"iso_checksum":"md5:"/, why: 'a type alone is no checksum' },
  { refuses: true, of: /ansible$/, options: /"inventory_file":"none"/, why: 'the file is not there' },
  { refuses: true, of: /salt-masterless/, options: /"Windows"/, why: 'Salt is not brought to Windows' },
  { refuses: true, of: /qemu/, options: /"sha256:\w{32}"/, why: 'this is no SHA-256, and the build would fail' },
  { refuses: true, of: /amazon/, options: /"block_duration_minutes"/, why: 'AWS has ended it' },
  { refuses: true, of: /amazon/, options: /"spot_price":"(x|0)"/, why: 'it is no price, or asks for no spot instance' },
  { refuses: true, of: /amazon/, options: /"tags":\{"\{\{user/, why: 'a tag has a name' },
  {
    refuses: true,
    of: /amazon/,
    options: /"ami_groups":\["all"\],"encrypt_boot"/,
    why: 'AWS makes nothing encrypted public',
  },
  { refuses: true, of: /amazon/, options: /"user_data_file":"folder"/, why: 'a directory is no file' },
  { refuses: true, of: /amazon-ebs$/, options: /"volume_type":"io1"\}/, why: 'AWS wants iops also without a size' },
  { refuses: true, of: /amazon-chroot/, options: /"source_ami_filter"/, why: 'anybody may publish an AMI of any name' },
  {
    refuses: true,
    of: /amazon-import/,
    options: /"(s3_encryption_key|ami_kms_key)":/,
    why: 'what it belongs to is not there',
  },
  { refuses: true, of: /amazon-import/, options: /"ami_name":/, why: 'AWS takes 3 to 128 letters' },
  { refuses: true, of: /amazon/, options: /"throughput":1000,"iops":3000/, why: 'AWS takes a quarter of iops at most' },
  { refuses: true, of: /amazon-chroot/, options: /"ami_block_device_mappings":\[\{\}\]/, why: 'a device has a name' },
  {
    refuses: false,
    of: /qemu/,
    options: /"output_directory":"(folder|file|\.)"/,
    why: 'build refuses it: whether -force will be given is not known',
  },
  { refuses: false, of: /qemu/, options: /"iso_checksum":"NONE"/, why: 'capitals do not matter' },
  {
    refuses: false,
    of: /provisioner\/file/,
    options: /"source":"\{\{/,
    why: 'what the build fills in is looked for when it runs',
  },
  {
    refuses: false,
    of: /powershell/,
    options: /"(debug_mode|execution_policy)":"(\{.*)?"/,
    why: 'an empty text is as none',
  },
  { refuses: false, of: /compress/, options: /"keep_input_artifact":"\{/, why: 'it may use variables' },
  { refuses: false, of: /qemu/, options: /"disable_vnc":true/, why: 'boot commands are not typed through VNC' },
  { refuses: false, of: /ansible$/, options: /"command":"\.\/none"/, why: 'it is looked for when it is used' },
  { refuses: false, of: /ansible-local/, options: /"playbook_paths":\["file"\]/, why: 'files are copied, too' },
  { refuses: false, of: /amazon-import/, options: /^\{\}$/, why: 'ebs-direct has no bucket' },
  { refuses: false, of: /amazon-ebs$/, options: /"t3\.micro"/, why: 'this type has credits, too' },
  {
    refuses: false,
    of: /amazon-ebs$/,
    options: /"session_manager"/,
    why: 'the account may manage all hosts: a warning',
  },
  { refuses: false, of: /amazon-ebs$/, options: /"mrk-/, why: 'there are keys of several regions since' },
  {
    refuses: false,
    of: /amazon-ebs$/,
    options: /"io2",.*"iops":(30000|99999)/,
    why: 'AWS has raised the limits since',
  },
  {
    refuses: false,
    of: /amazon-ebssurrogate/,
    options: /"ami_virtualization_type":"(\{.*)?"/,
    why: 'an image that is registered is hvm',
  },
  { refuses: false, of: /amazon-ebssurrogate/, options: /"i386"/, why: 'AWS registers such images' },
  {
    refuses: false,
    of: /amazon-chroot/,
    options: /"root_device_name":"\/dev\/sda"/,
    why: "the mappings and the volume's size are the source's where they are not given",
  },
];

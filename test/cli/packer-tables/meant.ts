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
  { refuses: true, of: /ansible$/, options: /"inventory_file":"none"/, why: 'the file is not there' },
  { refuses: true, of: /salt-masterless/, options: /"Windows"/, why: 'Salt is not brought to Windows' },
  { refuses: true, of: /qemu/, options: /"sha256:\w{32}"/, why: 'this is no SHA-256, and the build would fail' },
  { refuses: true, of: /amazon/, options: /"block_duration_minutes"/, why: 'AWS has ended it' },
  { refuses: true, of: /amazon/, options: /"throughput":1000,"iops":3000/, why: 'AWS takes a quarter of iops at most' },
  { refuses: true, of: /amazon-chroot/, options: /"ami_block_device_mappings":\[\{\}\]/, why: 'a device has a name' },
  {
    refuses: false,
    of: /qemu/,
    options: /"output_directory":"folder"/,
    why: 'build refuses it: whether -force will be given is not known',
  },
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
    options: /"ami_virtualization_type":""/,
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

/** Bodies as Nova's API reference has them. */

export interface Address {
  readonly addr: string;
  readonly version: 4 | 6;
  readonly 'OS-EXT-IPS:type'?: 'fixed' | 'floating';
  readonly 'OS-EXT-IPS-MAC:mac_addr'?: string;
}

export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly created: string;
  /** For administrators, or for errors of the request itself. */
  readonly details?: string;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  /** "BUILD", "ACTIVE", "SHUTOFF", "ERROR", "DELETED", … */
  readonly status: string;
  /** By the names of networks. */
  readonly addresses: Readonly<Record<string, readonly Address[]>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** "" when it boots from a volume. */
  readonly image: { readonly id: string } | '' | null;
  /** With id; from microversion 2.47 on with the flavour's own values instead. */
  readonly flavor: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly updated: string;
  readonly key_name: string | null;
  readonly tenant_id: string;
  readonly fault?: Fault;
  readonly progress?: number;
  /** What is being done: "image_uploading"; null when nothing is. */
  readonly 'OS-EXT-STS:task_state'?: string | null;
  readonly 'OS-EXT-STS:vm_state'?: string;
  readonly 'OS-EXT-STS:power_state'?: number;
  readonly 'OS-EXT-AZ:availability_zone'?: string;
  readonly 'os-extended-volumes:volumes_attached'?: readonly { readonly id: string }[];
  readonly security_groups?: readonly { readonly name: string }[];
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly config_drive?: string;
  /** From microversion 2.26 on. */
  readonly tags?: readonly string[];
}

/** A network to be on; exactly one of the first two. */
export interface ServerNetwork {
  /** Of a network. */
  readonly uuid?: string | undefined;
  /** Of a port. */
  readonly port?: string | undefined;
  readonly fixed_ip?: string | undefined;
  /** From microversion 2.32 on. */
  readonly tag?: string | undefined;
}

export interface BlockDevice {
  readonly boot_index?: number | null | undefined;
  readonly uuid?: string | undefined;
  readonly source_type: 'image' | 'volume' | 'snapshot' | 'blank';
  readonly destination_type: 'local' | 'volume';
  readonly volume_size?: number | undefined;
  /** From microversion 2.67 on. */
  readonly volume_type?: string | undefined;
  readonly delete_on_termination?: boolean | undefined;
  readonly device_type?: string | undefined;
  readonly disk_bus?: string | undefined;
}

export interface ServerRequest {
  readonly name: string;
  readonly flavorRef: string;
  /** Left out when it boots from a volume. */
  readonly imageRef?: string | undefined;
  readonly key_name?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Base64. */
  readonly user_data?: string | undefined;
  readonly availability_zone?: string | undefined;
  readonly config_drive?: boolean | undefined;
  /** "auto" and "none" need microversion 2.37. */
  readonly networks?: readonly ServerNetwork[] | 'auto' | 'none' | undefined;
  readonly security_groups?: readonly { readonly name: string }[] | undefined;
  readonly block_device_mapping_v2?: readonly BlockDevice[] | undefined;
  /** Needs microversion 2.52. */
  readonly tags?: readonly string[] | undefined;
  /** Needs microversion 2.19. */
  readonly description?: string | undefined;
  readonly adminPass?: string | undefined;
}

/** Placed beside the server: where it runs, by Nova's scheduler. */
export interface SchedulerHints {
  readonly group?: string | undefined;
  readonly same_host?: readonly string[] | undefined;
  readonly different_host?: readonly string[] | undefined;
  readonly query?: string | undefined;
  readonly [custom: string]: unknown;
}

/** What Nova says of a server that it has begun to make. */
export interface NewServer {
  readonly id: string;
  /** The administrator's password, where the hypervisor sets one. */
  readonly adminPass?: string;
}

export interface ServerFilter {
  /** A regular expression (of the cloud's database), not the whole name. */
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  /** Servers with all of these; needs microversion 2.26. */
  readonly tags?: readonly string[] | undefined;
  /** Servers that have all of these. Looked for in all of the project's servers, as Nova has no filter for it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** RFC 3339. */
  readonly 'changes-since'?: string | undefined;
}

export interface InterfaceAttachment {
  readonly port_id: string;
  readonly net_id: string;
  readonly mac_addr: string;
  readonly port_state: string;
  readonly fixed_ips: readonly { readonly subnet_id: string; readonly ip_address: string }[] | null;
}

export interface VolumeAttachment {
  readonly id?: string;
  readonly volumeId: string;
  readonly serverId: string;
  readonly device: string;
}

export interface Keypair {
  readonly name: string;
  readonly fingerprint: string;
  readonly public_key: string;
  /** From microversion 2.2 on. */
  readonly type?: 'ssh' | 'x509';
  readonly user_id?: string;
  /** Only when Nova made the pair, and never again. */
  readonly private_key?: string;
}

export interface KeypairRequest {
  readonly name: string;
  /** Without it Nova makes the pair, which clouds from microversion 2.92 on refuse. */
  readonly public_key?: string | undefined;
  /** Needs microversion 2.2. */
  readonly type?: 'ssh' | 'x509' | undefined;
}

export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB */
  readonly disk: number;
  readonly swap: number | '';
  readonly 'OS-FLV-EXT-DATA:ephemeral'?: number;
  readonly 'OS-FLV-DISABLED:disabled'?: boolean;
  readonly 'os-flavor-access:is_public'?: boolean;
}

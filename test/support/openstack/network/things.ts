/** What Neutron has, by its own names, as it shows them. */
interface Standard {
  readonly id: string;
  name: string;
  readonly tenant_id: string;
  readonly project_id: string;
  description: string;
  tags: string[];
  readonly created_at: string;
  updated_at: string;
  revision_number: number;
}

export interface Network extends Standard {
  admin_state_up: boolean;
  readonly mtu: number;
  readonly status: string;
  readonly subnets: string[];
  readonly shared: boolean;
  readonly 'router:external': boolean;
  readonly port_security_enabled: boolean;
  /** How this machine gets to a server there: by its own address, by a floating one, or (there is no router) not at all. */
  readonly reach: 'direct' | 'floating' | 'none';
}

export interface Subnet extends Standard {
  readonly network_id: string;
  readonly ip_version: number;
  readonly cidr: string;
  readonly gateway_ip: string | null;
  /** Which address is tried next, counted from the first. */
  next: number;
  readonly allocation_pools: readonly { readonly start: string; readonly end: string }[];
}

export interface FixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

export interface Port extends Standard {
  readonly network_id: string;
  readonly mac_address: string;
  admin_state_up: boolean;
  status: string;
  device_id: string;
  device_owner: string;
  readonly fixed_ips: FixedIp[];
  security_groups: string[];
  /** Made by Nova, which takes it away with its server. */
  readonly byNova: boolean;
}

export interface FloatingIp extends Omit<Standard, 'name'> {
  readonly floating_ip_address: string;
  readonly floating_network_id: string;
  router_id: string | null;
  port_id: string | null;
  fixed_ip_address: string | null;
  status: string;
}

export interface SecurityGroupRule {
  readonly id: string;
  readonly tenant_id: string;
  readonly project_id: string;
  readonly security_group_id: string;
  readonly ethertype: string;
  readonly direction: string;
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly remote_group_id: string | null;
  readonly description: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly revision_number: number;
}

export interface SecurityGroup extends Standard {
  readonly stateful: boolean;
  readonly rules: SecurityGroupRule[];
}

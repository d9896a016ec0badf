/** Bodies as Neutron's API reference has them. */

/** What everything of Neutron has. */
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly project_id: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** Filters that nearly every list takes; those with lists find what has one of the values. */
interface Filter {
  readonly id?: string | readonly string[] | undefined;
  readonly name?: string | readonly string[] | undefined;
  readonly project_id?: string | undefined;
  readonly description?: string | undefined;
  /** With all of these, between commas. */
  readonly tags?: string | undefined;
  /** With any of these, between commas. */
  readonly 'tags-any'?: string | undefined;
  /** Names of what is wanted of each. */
  readonly fields?: readonly string[] | undefined;
}

export interface Network extends Thing {
  readonly status: string;
  readonly admin_state_up: boolean;
  readonly shared: boolean;
  readonly subnets: readonly string[];
  readonly mtu?: number;
  readonly port_security_enabled?: boolean;
  /** Whether floating IPs come from it. */
  readonly 'router:external'?: boolean;
  readonly availability_zones?: readonly string[];
}

export interface NetworkRequest {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly admin_state_up?: boolean | undefined;
  readonly port_security_enabled?: boolean | undefined;
  readonly mtu?: number | undefined;
}

export interface NetworkFilter extends Filter {
  readonly 'router:external'?: boolean | undefined;
  readonly shared?: boolean | undefined;
  readonly status?: string | undefined;
  readonly [other: string]: string | boolean | readonly string[] | undefined;
}

export interface Subnet extends Thing {
  readonly network_id: string;
  readonly cidr: string;
  readonly ip_version: 4 | 6;
  readonly gateway_ip: string | null;
  readonly enable_dhcp: boolean;
  readonly dns_nameservers: readonly string[];
  readonly allocation_pools: readonly { readonly start: string; readonly end: string }[];
}

export interface SubnetRequest {
  readonly network_id: string;
  readonly ip_version: 4 | 6;
  readonly cidr?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly gateway_ip?: string | null | undefined;
  readonly enable_dhcp?: boolean | undefined;
}

export interface SubnetFilter extends Filter {
  readonly network_id?: string | readonly string[] | undefined;
  readonly cidr?: string | undefined;
  readonly ip_version?: 4 | 6 | undefined;
  readonly [other: string]: string | number | boolean | readonly string[] | undefined;
}

export interface FixedIp {
  readonly subnet_id?: string | undefined;
  readonly ip_address?: string | undefined;
}

export interface Port extends Thing {
  readonly network_id: string;
  readonly status: string;
  readonly admin_state_up: boolean;
  readonly mac_address: string;
  readonly fixed_ips: readonly { readonly subnet_id: string; readonly ip_address: string }[];
  readonly device_id: string;
  readonly device_owner: string;
  readonly security_groups: readonly string[];
  readonly port_security_enabled?: boolean;
}

export interface PortRequest {
  readonly network_id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly fixed_ips?: readonly FixedIp[] | undefined;
  readonly security_groups?: readonly string[] | undefined;
  readonly port_security_enabled?: boolean | undefined;
  readonly 'binding:vnic_type'?: string | undefined;
}

export interface PortFilter extends Filter {
  readonly network_id?: string | readonly string[] | undefined;
  /** Of a server. */
  readonly device_id?: string | readonly string[] | undefined;
  readonly device_owner?: string | undefined;
  readonly status?: string | undefined;
  readonly [other: string]: string | boolean | readonly string[] | undefined;
}

export interface FloatingIp extends Omit<Thing, 'name'> {
  readonly floating_ip_address: string;
  readonly floating_network_id: string;
  /** Null when it leads nowhere. */
  readonly port_id: string | null;
  readonly fixed_ip_address: string | null;
  readonly router_id: string | null;
  /** "ACTIVE", "DOWN", "ERROR" */
  readonly status: string;
}

export interface FloatingIpRequest {
  readonly floating_network_id: string;
  readonly port_id?: string | undefined;
  readonly fixed_ip_address?: string | undefined;
  readonly floating_ip_address?: string | undefined;
  readonly subnet_id?: string | undefined;
  readonly description?: string | undefined;
}

export interface FloatingIpFilter extends Omit<Filter, 'name'> {
  readonly floating_network_id?: string | undefined;
  readonly floating_ip_address?: string | undefined;
  readonly port_id?: string | undefined;
  readonly status?: string | undefined;
  readonly [other: string]: string | boolean | readonly string[] | undefined;
}

export interface SecurityGroup extends Thing {
  readonly security_group_rules: readonly SecurityGroupRule[];
}

export interface SecurityGroupRequest {
  readonly name: string;
  readonly description?: string | undefined;
}

export interface SecurityGroupFilter extends Filter {
  readonly [other: string]: string | boolean | readonly string[] | undefined;
}

export interface SecurityGroupRule {
  readonly id: string;
  readonly security_group_id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly remote_group_id: string | null;
  readonly description?: string;
}

export interface SecurityGroupRuleRequest {
  readonly security_group_id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype?: 'IPv4' | 'IPv6' | undefined;
  /** "tcp", "icmp", a number; every one without. */
  readonly protocol?: string | undefined;
  readonly port_range_min?: number | undefined;
  readonly port_range_max?: number | undefined;
  readonly remote_ip_prefix?: string | undefined;
  readonly remote_group_id?: string | undefined;
  readonly description?: string | undefined;
}

export interface SecurityGroupRuleFilter {
  readonly security_group_id?: string | undefined;
  readonly direction?: 'ingress' | 'egress' | undefined;
  readonly [other: string]: string | boolean | undefined;
}

/** What may have tags. */
export type Tagged = 'networks' | 'subnets' | 'ports' | 'floatingips' | 'security-groups';

import type { Call } from '../call.ts';
import { collection, type Collection } from '../service/collection.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import type * as Types from './types.ts';

/** Tags on things of Neutron. Every call throws `OpenStackError`. */
export interface NetworkTags {
  /** Adds one to those that are there. */
  add(sort: Types.Tagged, id: string, tag: string, call?: Call): Promise<void>;
  remove(sort: Types.Tagged, id: string, tag: string, call?: Call): Promise<void>;
  /** Replaces all. */
  set(sort: Types.Tagged, id: string, tags: readonly string[], call?: Call): Promise<void>;
}

/** Neutron. */
export interface NetworkService {
  readonly networks: Collection<Types.Network, Types.NetworkRequest, Types.NetworkRequest, Types.NetworkFilter>;
  readonly subnets: Collection<Types.Subnet, Types.SubnetRequest, Partial<Types.SubnetRequest>, Types.SubnetFilter>;
  readonly ports: Collection<Types.Port, Types.PortRequest, Partial<Types.PortRequest>, Types.PortFilter>;
  readonly floatingIps: Collection<
    Types.FloatingIp,
    Types.FloatingIpRequest,
    /** `port_id` null takes it from its port. */
    { readonly port_id: string | null; readonly fixed_ip_address?: string | undefined },
    Types.FloatingIpFilter
  >;
  readonly securityGroups: Collection<
    Types.SecurityGroup,
    Types.SecurityGroupRequest,
    Partial<Types.SecurityGroupRequest>,
    Types.SecurityGroupFilter
  >;
  /** Rules are not changed, only made and deleted. */
  readonly securityGroupRules: Omit<
    Collection<Types.SecurityGroupRule, Types.SecurityGroupRuleRequest, never, Types.SecurityGroupRuleFilter>,
    'update'
  >;
  readonly tags: NetworkTags;
}

function tags(service: Service): NetworkTags {
  return {
    add: async (sort, id, tag, call) => {
      await service.send({ method: 'PUT', path: path`${sort}/${id}/tags/${tag}` }, call);
    },
    remove: async (sort, id, tag, call) => {
      await service.send({ method: 'DELETE', path: path`${sort}/${id}/tags/${tag}` }, call);
    },
    set: async (sort, id, all, call) => {
      await service.send({ method: 'PUT', path: path`${sort}/${id}/tags`, payload: { json: { tags: all } } }, call);
    },
  };
}

export function network(service: Service): NetworkService {
  return {
    networks: collection(service, { path: 'networks', plural: 'networks', singular: 'network' }),
    subnets: collection(service, { path: 'subnets', plural: 'subnets', singular: 'subnet' }),
    ports: collection(service, { path: 'ports', plural: 'ports', singular: 'port' }),
    floatingIps: collection(service, { path: 'floatingips', plural: 'floatingips', singular: 'floatingip' }),
    securityGroups: collection(service, {
      ...{ path: 'security-groups', plural: 'security_groups', singular: 'security_group' },
    }),
    securityGroupRules: collection(service, {
      ...{ path: 'security-group-rules', plural: 'security_group_rules', singular: 'security_group_rule' },
    }),
    tags: tags(service),
  };
}

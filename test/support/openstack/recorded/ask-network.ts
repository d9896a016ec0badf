import { at, type Ask, type AskedCloud } from './cloud.ts';

/** What a server needs: made here, deleted by the caller. */
export interface Places {
  readonly port: string;
  readonly group: string;
}

export async function askNetwork({ network }: AskedCloud, ask: Ask, url: string): Promise<Places> {
  const v2 = `${url}/v2.0`;
  await ask('neutron versions', 'GET', `${url}/`);
  await ask('neutron unknown token', 'GET', `${v2}/networks`, undefined, { 'x-auth-token': 'no' });
  const networks = await ask('neutron networks', 'GET', `${v2}/networks?name=${network}`);
  const networkId = at(networks.body, 'networks', 0, 'id');
  await ask('neutron subnets', 'GET', `${v2}/subnets?network_id=${networkId}`);
  await ask('neutron no network', 'GET', `${v2}/networks/none`);
  await ask('neutron no path', 'GET', `${v2}/none`);
  const made = await ask('neutron group', 'POST', `${v2}/security-groups`, {
    security_group: { name: 'server-recorded', description: 'x' },
  });
  const group = at(made.body, 'security_group', 'id');
  const rule = {
    security_group_id: group,
    direction: 'ingress',
    protocol: 'tcp',
    port_range_min: 22,
    port_range_max: 22,
  };
  const asRule = (more: object): object => ({ security_group_rule: { ...rule, ...more } });
  const rules = `${v2}/security-group-rules`;
  await ask('neutron rule', 'POST', rules, asRule({ remote_ip_prefix: '198.51.100.0/24' }));
  await ask('neutron rule again', 'POST', rules, asRule({ remote_ip_prefix: '198.51.100.0/24' }));
  await ask('neutron rule without direction', 'POST', rules, { security_group_rule: { security_group_id: group } });
  await ask('neutron unknown member', 'POST', rules, asRule({ unknown: 1 }));
  await ask('neutron name of 5', 'POST', `${v2}/security-groups`, { security_group: { name: 5 } });
  await ask('neutron no group', 'GET', `${v2}/security-groups/${networkId}`);
  await ask('neutron tags', 'PUT', `${v2}/security-groups/${group}/tags`, { tags: ['a', 'b'] });
  await ask('neutron add tag', 'PUT', `${v2}/security-groups/${group}/tags/c`);
  await ask('neutron list tags', 'GET', `${v2}/security-groups/${group}/tags`);
  await ask('neutron groups by tags', 'GET', `${v2}/security-groups?tags=a,c`);
  const port = await askPorts(ask, v2, networkId, group);
  return { port, group };
}

async function askPorts(ask: Ask, v2: string, network: string, group: string): Promise<string> {
  const ports = `${v2}/ports`;
  const asPort = (port: object): object => ({ port });
  const place = { network_id: network, name: 'server-recorded', security_groups: [group] };
  const made = await ask('neutron port', 'POST', ports, asPort(place));
  const port = at(made.body, 'port', 'id');
  await ask('neutron port without network', 'POST', ports, asPort({ name: 'x' }));
  await ask('neutron port in no network', 'POST', ports, asPort({ network_id: port }));
  await ask('neutron network that is no id', 'POST', ports, asPort({ network_id: 'x' }));
  await ask('neutron id of a port', 'POST', ports, asPort({ network_id: network, id: port }));
  await ask('neutron ports', 'GET', `${ports}?name=server-recorded`);
  await ask('neutron fields', 'GET', `${ports}?name=server-recorded&fields=id`);
  await ask('neutron unknown filter', 'GET', `${ports}?unknown=1`);
  await ask('neutron group in use', 'DELETE', `${v2}/security-groups/${group}`);
  return port;
}

import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { checkNamedKeyPair } from '../../_cloud/check-key-pair.ts';
import { ENDPOINT_INTERFACE } from '../guest/instance-connect/endpoint.ts';
import { filtersOf } from '../api/filters.ts';
import type { DriverOptions } from '../instance/find-source-image.ts';
import { isSpot } from '../instance/launch-data.ts';
import { USER_DATA_HINT, userDataFault } from '../instance/user-data.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import type { SourceOptions } from '../mixins/source.gen.ts';

type Diagnostics = readonly Diagnostic[];

/** What the schema cannot say of the AMI to start from. */
export function checkSource(config: SourceOptions): Diagnostics {
  const { source_ami: id, source_ami_filter: filter } = config;
  if (id !== undefined) return [];
  if (filtersOf(filter).length === 0 && filter?.owners === undefined) {
    const hint = 'set source_ami or source_ami_filter';
    return [errorAt('AMAZON_SOURCE', '', 'nothing says which AMI to start from', { hint })];
  }
  if (filter?.owners !== undefined) return [];
  const hint = 'anybody may publish an AMI of any name: say whose you mean, "self" or "amazon" for example';
  return [errorAt('AMAZON_SOURCE', '/source_ami_filter', 'the filter needs owners', { hint })];
}

function instanceType(config: RunOptions): Diagnostics {
  const { instance_type: one, spot_instance_types: types } = config;
  if (one === undefined && types === undefined) {
    return [errorAt('AMAZON_INSTANCE_TYPE', '', 'instance_type is required', { hint: 'or spot_instance_types' })];
  }
  const found: Diagnostic[] = [];
  if (one !== undefined && types !== undefined) {
    found.push(
      errorAt('AMAZON_INSTANCE_TYPE', '/spot_instance_types', 'instance_type and spot_instance_types are both given'),
    );
  }
  if (types !== undefined && !isSpot(config)) {
    found.push(
      errorAt('AMAZON_SPOT', '/spot_instance_types', 'spot_instance_types needs spot_price', {
        hint: 'it may be auto',
      }),
    );
  }
  const unlimited = config.enable_unlimited_credits || config.enable_t2_unlimited;
  if (unlimited && !/^t(2|3a?|4g)\./.test(one ?? '')) {
    const message = 'only the types t2, t3, t3a and t4g have credits';
    found.push(errorAt('AMAZON_INSTANCE_TYPE', '/enable_unlimited_credits', message));
  }
  if (unlimited && isSpot(config) && /^t2\./.test(one ?? '')) {
    const option = config.enable_t2_unlimited ? 'enable_t2_unlimited' : 'enable_unlimited_credits';
    found.push(errorAt('AMAZON_SPOT', `/${option}`, 'a spot instance of a type t2 has no unlimited credits'));
  }
  if (config.enable_nitro_enclave && (isSpot(config) || /^t\d/.test(one ?? ''))) {
    const message = 'enclaves need an instance that is neither spot nor burstable';
    found.push(errorAt('AMAZON_INSTANCE_TYPE', '/enable_nitro_enclave', message));
  }
  return found;
}

const SPOT_OPTIONS = ['spot_tags', 'spot_tag', 'fleet_tags', 'fleet_tag', 'spot_allocation_strategy'] as const;

function spot(config: RunOptions & DriverOptions): Diagnostics {
  if (!isSpot(config)) {
    return SPOT_OPTIONS.filter((name) => config[name] !== undefined).map((name) =>
      errorAt('AMAZON_SPOT', `/${name}`, `${name} needs spot_price`),
    );
  }
  const found: Diagnostic[] = [];
  if (config.spot_price !== 'auto' && !/^\d*\.?\d+$/.test(config.spot_price ?? '')) {
    found.push(errorAt('AMAZON_SPOT', '/spot_price', 'spot_price has to be a number of US dollars, or auto'));
  }
  if (config.ena_support !== undefined || config.sriov_support === true) {
    const hint = 'start from an AMI that has it already';
    const option = config.sriov_support === true ? 'sriov_support' : 'ena_support';
    found.push(errorAt('AMAZON_SPOT', `/${option}`, 'a spot instance cannot be changed', { hint }));
  }
  if (config.disable_stop_instance) {
    found.push(errorAt('AMAZON_SPOT', '/disable_stop_instance', 'a spot instance that shuts itself down is gone'));
  }
  return found;
}

function cidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const most = address.includes(':') ? 128 : 32;
  const parts = address.split('.');
  const isAddress = address.includes(':')
    ? /^[\da-f:]+(\.\d+){0,3}$/i.test(address)
    : parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return rest.length === 0 && isAddress && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

function network(config: RunOptions): Diagnostics {
  const found: Diagnostic[] = [];
  const cidrs = config.temporary_security_group_source_cidrs ?? [];
  const place = '/temporary_security_group_source_cidrs';
  for (const [index, text] of cidrs.entries()) {
    if (!cidr(text))
      found.push(
        errorAt('AMAZON_CIDR', `${place}/${index}`, `${JSON.stringify(text)} is no network`, {
          hint: 'such as 192.0.2.0/24',
        }),
      );
  }
  if (cidrs.length > 0 && config.temporary_security_group_source_public_ip) {
    const message = 'networks and the own public address are both given';
    found.push(errorAt('AMAZON_CIDR', '/temporary_security_group_source_public_ip', message));
  }
  if (config.security_group_id !== undefined && config.security_group_ids !== undefined) {
    const message = 'security_group_id and security_group_ids are both given';
    found.push(errorAt('AMAZON_SECURITY_GROUP', '/security_group_id', message));
  }
  return found;
}

function endpoint({
  communicator,
  ssh_interface: way,
  instance_connect_endpoint_id: id,
}: RunOptions & CommunicatorOptions): Diagnostics {
  const code = 'AMAZON_INSTANCE_CONNECT';
  if (way !== ENDPOINT_INTERFACE) {
    const hint = `set ssh_interface to ${ENDPOINT_INTERFACE}`;
    const place = '/instance_connect_endpoint_id';
    return id === undefined ? [] : [errorAt(code, place, 'no connection goes through the endpoint', { hint })];
  }
  if (communicator !== 'winrm') return [];
  return [
    errorAt(code, '/ssh_interface', 'an EC2 Instance Connect endpoint carries no WinRM', {
      hint: 'use session_manager',
    }),
  ];
}

function session(config: RunOptions & CommunicatorOptions): Diagnostics {
  const { iam_instance_profile: profile = '', temporary_iam_instance_profile_policy_document: policy } = config;
  if (config.ssh_interface !== 'session_manager' || config.communicator === 'none') return [];
  if (profile !== '' || policy !== undefined) return [];
  const message = 'the instance has no profile, so Session Manager reaches it only where the account manages all hosts';
  const hint = 'set iam_instance_profile to one with the policy AmazonSSMManagedInstanceCore';
  return [warningAt('AMAZON_SESSION', '/ssh_interface', message, { hint })];
}

function placement(config: RunOptions): Diagnostics {
  const { capacity_reservation_id: id, capacity_reservation_group_arn: group, placement: place = {} } = config;
  const found: Diagnostic[] = [];
  const reservations = [id, group, config.capacity_reservation_preference].filter((each) => each !== undefined);
  if (reservations.length > 1) {
    const pointer = id === undefined ? '/capacity_reservation_group_arn' : '/capacity_reservation_id';
    found.push(errorAt('AMAZON_PLACEMENT', pointer, 'only one of the capacity_reservation_ options can be given'));
  }
  if (place.host_id !== undefined && place.host_resource_group_arn !== undefined) {
    const message = 'host_id and host_resource_group_arn are both given';
    found.push(errorAt('AMAZON_PLACEMENT', '/placement/host_id', message));
  }
  const tenancy = place.tenancy ?? config.tenancy ?? 'host';
  if ((place.host_id !== undefined || place.host_resource_group_arn !== undefined) && tenancy !== 'host') {
    found.push(errorAt('AMAZON_PLACEMENT', '/placement', 'a host of your own needs the tenancy host'));
  }
  if (place.tenancy !== undefined && config.tenancy !== undefined) {
    found.push(errorAt('AMAZON_PLACEMENT', '/tenancy', 'placement.tenancy and tenancy are both given'));
  }
  return found;
}

function key(config: RunOptions & CommunicatorOptions): Diagnostics {
  const found = [...checkNamedKeyPair(config, 'AMAZON_KEY_PAIR')];
  if (config.ssh_keypair_name !== undefined) return found;
  if (config.temporary_key_pair_type === 'ecdsa') {
    const message = 'EC2 makes keys of the types ed25519 and rsa';
    found.push(errorAt('AMAZON_KEY_PAIR', '/temporary_key_pair_type', message));
  }
  if (![undefined, 2048].includes(config.temporary_key_pair_bits) && config.temporary_key_pair_type === 'rsa') {
    const message = 'EC2 makes RSA keys of 2048 bits';
    found.push(errorAt('AMAZON_KEY_PAIR', '/temporary_key_pair_bits', message));
  }
  return found;
}

/** What the schema cannot say of the instance. */
export function checkRun(
  config: RunOptions & CommunicatorOptions & DriverOptions,
  context: Pick<PrepareContext, 'statPath'>,
): Diagnostics {
  const { user_data: data, user_data_file: file } = config;
  const both = data !== undefined && file !== undefined;
  const tooLong = userDataFault(Buffer.from(data ?? ''));
  const missing = file !== undefined && context.statPath(file) !== 'file';
  return [
    ...checkSource(config),
    ...instanceType(config),
    ...spot(config),
    ...network(config),
    ...endpoint(config),
    ...session(config),
    ...placement(config),
    ...key(config),
    ...(tooLong === undefined ? [] : [errorAt('AMAZON_USER_DATA', '/user_data', tooLong, { hint: USER_DATA_HINT })]),
    ...(both ? [errorAt('AMAZON_USER_DATA', '/user_data_file', 'user_data and user_data_file are both given')] : []),
    ...(missing ? [errorAt('AMAZON_USER_DATA', '/user_data_file', `no file ${JSON.stringify(file)}`)] : []),
  ];
}

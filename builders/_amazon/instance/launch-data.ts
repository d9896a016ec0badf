import { blockDevices } from '../api/block-devices.ts';
import type { Image, RunInstancesCommandInput } from '../api/driver.ts';
import type { LaunchDevicesOptions } from '../mixins/launch-devices.gen.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import type { SpotOptions } from '../mixins/spot.gen.ts';

/** What `RunInstances` and launch templates both take. */
export type LaunchData = Pick<
  RunInstancesCommandInput,
  | 'UserData'
  | 'IamInstanceProfile'
  | 'BlockDeviceMappings'
  | 'EbsOptimized'
  | 'EnclaveOptions'
  | 'CreditSpecification'
  | 'MetadataOptions'
  | 'KeyName'
  | 'Placement'
  | 'InstanceInitiatedShutdownBehavior'
  | 'LicenseSpecifications'
  | 'CapacityReservationSpecification'
> & { ImageId: string };

function isBurstable(type: string | undefined): boolean {
  return /^t(2|3a?|4g)\./.test(type ?? '');
}

export function isSpot(config: SpotOptions): boolean {
  return config.spot_price !== undefined;
}

function credits(config: RunOptions): Pick<LaunchData, 'CreditSpecification'> {
  if (config.enable_unlimited_credits || config.enable_t2_unlimited) {
    return { CreditSpecification: { CpuCredits: 'unlimited' } };
  }
  return isBurstable(config.instance_type) ? { CreditSpecification: { CpuCredits: 'standard' } } : {};
}

function metadata({ metadata_options: options }: RunOptions): Pick<LaunchData, 'MetadataOptions'> {
  if (options === undefined) return {};
  return {
    MetadataOptions: {
      HttpEndpoint: options.http_endpoint,
      ...(options.http_endpoint === 'disabled'
        ? {}
        : {
            HttpTokens: options.http_tokens,
            HttpPutResponseHopLimit: options.http_put_response_hop_limit,
            InstanceMetadataTags: options.instance_metadata_tags,
          }),
    },
  };
}

function placement(config: RunOptions): Pick<LaunchData, 'Placement'> {
  const { availability_zone: zone, placement: place = {} } = config;
  const tenancy = place.tenancy ?? config.tenancy;
  const Placement = {
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
    ...(place.host_id === undefined ? {} : { HostId: place.host_id }),
    ...(place.host_resource_group_arn === undefined ? {} : { HostResourceGroupArn: place.host_resource_group_arn }),
    ...(tenancy === undefined ? {} : { Tenancy: tenancy }),
  };
  return Object.keys(Placement).length === 0 ? {} : { Placement };
}

function reservation(config: RunOptions): Pick<LaunchData, 'CapacityReservationSpecification'> {
  const { capacity_reservation_id: id, capacity_reservation_group_arn: group } = config;
  const CapacityReservationTarget = {
    ...(id === undefined ? {} : { CapacityReservationId: id }),
    ...(group === undefined ? {} : { CapacityReservationResourceGroupArn: group }),
  };
  return {
    CapacityReservationSpecification:
      id === undefined && group === undefined
        ? { CapacityReservationPreference: config.capacity_reservation_preference ?? 'none' }
        : { CapacityReservationTarget },
  };
}

function licenses({ license_specifications: given = [] }: RunOptions): Pick<LaunchData, 'LicenseSpecifications'> {
  const LicenseSpecifications = given.map(({ license_configuration_request: request }) => ({
    LicenseConfigurationArn: request?.license_configuration_arn ?? '',
  }));
  return LicenseSpecifications.length === 0 ? {} : { LicenseSpecifications };
}

/** What the template says about the instance, but for network and tags. */
export function launchData(
  config: RunOptions & LaunchDevicesOptions,
  image: Image,
  { keyName, profile, userData: UserData }: Readonly<Record<'keyName' | 'profile' | 'userData', string | undefined>>,
): LaunchData {
  const devices = blockDevices(config.launch_block_device_mappings, config.no_ephemeral);
  return {
    ImageId: image.ImageId ?? '',
    ...(UserData === undefined ? {} : { UserData }),
    ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
    ...(devices.length === 0 ? {} : { BlockDeviceMappings: devices }),
    ...(config.ebs_optimized ? { EbsOptimized: true } : {}),
    ...(config.enable_nitro_enclave ? { EnclaveOptions: { Enabled: true } } : {}),
    ...credits(config),
    ...metadata(config),
    ...(keyName === undefined ? {} : { KeyName: keyName }),
    ...placement(config),
    InstanceInitiatedShutdownBehavior: config.shutdown_behavior,
    ...licenses(config),
    ...(isSpot(config) ? {} : reservation(config)),
  };
}

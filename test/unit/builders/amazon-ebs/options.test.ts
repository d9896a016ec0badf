import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';
import { withoutCapacity } from '../../../support/ec2/index.ts';

describe('copies and sharing', () => {
  it('copies to all regions at once, encrypts each with its key, and removes what they were copied from', async () => {
    await using place = await amazonPlace();
    const home = place.ec2.addKmsKey('us-east-1', 'alias/home');
    const away = place.ec2.addKmsKey('us-west-2', 'alias/away');
    const { report } = await place.bake({
      ami_regions: 'us-west-2',
      encrypt_boot: true,
      kms_key_id: home,
      region_kms_key_ids: { 'us-west-2': away },
      tags: { Name: 'web' },
      ami_users: ['210987654321'],
      ami_org_arns: ['arn:aws:organizations::210987654321:organization/o-1234567890'],
      snapshot_users: ['210987654321'],
      imds_support: 'v2.0',
      deprecate_at: new Date(Date.now() + 1e10).toISOString(),
      deregistration_protection: { with_cooldown: true },
    });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts[0]?.id).toMatch(/^us-east-1:ami-[0-9a-f]+,us-west-2:ami-[0-9a-f]+$/);
    const left = place.left();
    expect(left.map(({ region, kind }) => `${region} ${kind}`).sort()).toEqual([
      'us-east-1 image',
      'us-east-1 snapshot',
      'us-west-2 image',
      'us-west-2 snapshot',
    ]);
    expect(left.every(({ tags }) => JSON.stringify(tags) === '{"Name":"web"}')).toBe(true);
    expect(place.inputs('CopyImage')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Name: 'web', Encrypted: true, KmsKeyId: home }),
        expect.objectContaining({ Name: 'web', Encrypted: true, KmsKeyId: away }),
      ]),
    );
    expect(place.inputs('EnableImageDeregistrationProtection')).toHaveLength(2);
    expect(place.inputs('EnableImageDeprecation')).toHaveLength(2);
    expect(place.inputs('ModifySnapshotAttribute')).toHaveLength(2);
    const image = place.ec2
      .region('us-west-2')
      .images.all()
      .find(({ view }) => view.Name === 'web');
    expect(image?.launchPermissions).toEqual(expect.arrayContaining([{ UserId: '210987654321' }]));
  });

  it('takes all images back when a copy fails', async () => {
    await using place = await amazonPlace();
    const fails = { code: 'Client.InvalidKMSKey', message: 'The key is disabled' };
    place.ec2.plan({ call: 'CopyImage', region: 'us-west-2', fails });
    const { report } = await place.bake({ ami_regions: ['us-west-2', 'eu-west-1'] });
    expect(report.failure?.message).toContain('The key is disabled');
    expect(place.left()).toEqual([]);
  });

  it('keeps only the copies with skip_save_build_region', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ ami_regions: ['us-west-2'], skip_save_build_region: true });
    expect(report.failure).toBeUndefined();
    expect(new Set(place.left().map(({ region }) => region))).toEqual(new Set(['us-west-2']));
  });
});

describe('the instance', () => {
  it('has what the template says of it', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({
      user_data: '#!/bin/sh\necho hello\n',
      availability_zone: 'us-east-1a',
      ebs_optimized: true,
      shutdown_behavior: 'terminate',
      metadata_options: { http_tokens: 'required', instance_metadata_tags: 'enabled' },
      placement: { tenancy: 'dedicated' },
      run_volume_tags: { Volume: '{{ .SourceAMI }}' },
      launch_block_device_mappings: [
        { device_name: '/dev/sdb', volume_size: 5, volume_type: 'gp3', delete_on_termination: true, encrypted: true },
      ],
      ami_block_device_mappings: [{ device_name: '/dev/sdc', virtual_name: 'ephemeral0' }],
      ena_support: true,
      sriov_support: true,
    });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('RunInstances')).toMatchObject([
      {
        UserData: Buffer.from('#!/bin/sh\necho hello\n').toString('base64'),
        Placement: { AvailabilityZone: 'us-east-1a', Tenancy: 'dedicated' },
        EbsOptimized: true,
        InstanceInitiatedShutdownBehavior: 'terminate',
        MetadataOptions: {
          HttpEndpoint: 'enabled',
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 1,
          InstanceMetadataTags: 'enabled',
        },
        CreditSpecification: { CpuCredits: 'standard' },
        CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/sdb',
            Ebs: { VolumeSize: 5, VolumeType: 'gp3', DeleteOnTermination: true, Encrypted: true },
          },
        ],
      },
    ]);
    expect(JSON.stringify(place.inputs('RunInstances'))).toContain(`{"Key":"Volume","Value":"${place.source}"}`);
    expect(place.inputs('ModifyInstanceAttribute')).toHaveLength(2);
  });

  it('is in the subnet and the security group that filters find, with a public address', async () => {
    await using place = await amazonPlace();
    const vpc = place.ec2.addVpc('us-east-1');
    const subnet = place.ec2.addSubnet('us-east-1', { vpc, zone: 'us-east-1b' } as never);
    const { report } = await place.bake({
      vpc_filter: { filters: { 'vpc-id': vpc } },
      subnet_filter: { filters: { 'availability-zone': 'us-east-1b' } },
      security_group_filter: { filters: { 'group-name': 'default' } },
      associate_public_ip_address: true,
    });
    expect(report.failure).toBeUndefined();
    expect(place.calls()).not.toContain('CreateSecurityGroup');
    expect(place.inputs('RunInstances')).toMatchObject([
      { NetworkInterfaces: [{ SubnetId: subnet, AssociatePublicIpAddress: true, DeviceIndex: 0 }] },
    ]);
  });

  it('is let in to by the address of this machine only, where the template asks for that', async () => {
    await using place = await amazonPlace();
    const server = createServer((_request, response) => void response.end('198.51.100.7\n'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    process.env['KILN_CHECKIP_URL'] = `http://127.0.0.1:${port}`;
    const options = { communicator: 'ssh', ssh_username: 'root', ssh_port: 2022, ssh_timeout: '100ms' };
    await place.bake({ ...options, temporary_security_group_source_public_ip: true });
    server.close();
    expect(place.inputs('AuthorizeSecurityGroupIngress')).toMatchObject([
      { IpPermissions: [{ FromPort: 2022, IpRanges: [{ CidrIp: '198.51.100.7/32' }] }] },
    ]);
    expect(place.left()).toEqual([]);
  });

  it('has a temporary role with the given policy', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({
      temporary_iam_instance_profile_policy_document: {
        Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }],
      },
    });
    expect(report.failure).toBeUndefined();
    const [put] = place.inputs('PutRolePolicy') as readonly { readonly PolicyDocument: string }[];
    expect(JSON.parse(put?.PolicyDocument ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }],
    });
    expect(
      place
        .left()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['image', 'snapshot']);
  });

  it('loses the volumes that the source AMI would leave, and keeps those that the template lists', async () => {
    await using place = await amazonPlace();
    const source = place.ec2.addImage('us-east-1', {
      name: 'two disks',
      disks: [
        { device: '/dev/xvda', size: 8 },
        { device: '/dev/sdf', size: 1, deleteOnTermination: false },
      ],
    });
    const { report } = await place.bake({
      source_ami: source,
      launch_block_device_mappings: [{ device_name: '/dev/sdg', volume_size: 2 }],
    });
    expect(report.failure).toBeUndefined();
    const volumes = place.left().filter(({ kind }) => kind === 'volume');
    expect(volumes).toHaveLength(1);
    expect(place.ec2.region('us-east-1').volumes.peek(volumes[0]?.id ?? '')?.view.Size).toBe(2);
  });

  it('is a spot instance of a type that AWS has', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({
      instance_type: null,
      spot_price: 'auto',
      spot_instance_types: ['t3.micro', 'm5.large'],
      spot_tags: { Spot: 'yes' },
      fleet_tags: { Fleet: 'yes' },
    });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('CreateFleet')).toMatchObject([
      {
        Type: 'instant',
        LaunchTemplateConfigs: [{ Overrides: [{ InstanceType: 't3.micro' }, { InstanceType: 'm5.large' }] }],
      },
    ]);
    expect(
      place
        .left()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['image', 'snapshot']);
    expect(place.calls()).not.toContain('StopInstances');
  });

  it('has a password that Windows made, which is decrypted with the temporary key', async () => {
    await using place = await amazonPlace();
    const [windows] = place.ec2
      .region('us-east-1')
      .images.all()
      .filter(({ view }) => view.Platform === 'Windows');
    const { report } = await place.bake({
      source_ami: windows?.view.ImageId ?? '',
      communicator: 'winrm',
      winrm_username: 'Administrator',
      winrm_timeout: '100ms',
      winrm_port: 5999,
    });
    expect(place.inputs('CreateKeyPair')).toMatchObject([{ KeyType: 'rsa' }]);
    expect(place.inputs('AuthorizeSecurityGroupIngress')).toMatchObject([
      { IpPermissions: [{ FromPort: 5999, ToPort: 5999, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
    ]);
    expect(place.calls()).toContain('GetPasswordData');
    // There is no Windows; that the password was had is what counts.
    expect(report.failure?.code).toBe('WINRM_TIMEOUT');
    expect(place.left()).toEqual([]);
  });

  it('says why there is no spot instance, for each type', async () => {
    await using place = await amazonPlace();
    place.ec2.plan(withoutCapacity('CreateFleet', 99));
    const { report } = await place.bake({ spot_price: '0.01' });
    expect(report.outcome).toBe('failed');
    expect(report.failure?.message).toMatch(/capacity/);
    expect(place.left()).toEqual([]);
  });
});

describe('the source', () => {
  it('is the newest AMI that fits the filter', async () => {
    await using place = await amazonPlace();
    const view = { CreationDate: '2026-02-01T00:00:00.000Z' };
    const newest = place.ec2.addImage('us-east-1', { name: 'base-2', view });
    const { report } = await place.bake({
      source_ami: null,
      source_ami_filter: { filters: { name: 'base*' }, owners: ['self'], most_recent: true },
    });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('RunInstances')).toMatchObject([{ ImageId: newest }]);
  });

  it('is found by blocks of filters, which win over the others', async () => {
    await using place = await amazonPlace();
    const newest = place.ec2.addImage('us-east-1', { name: 'other-2' });
    const { report } = await place.bake({
      source_ami: null,
      source_ami_filter: {
        filters: { name: 'base*', architecture: 'x86_64' },
        filter: [{ key: 'name', value: 'other*' }],
        owners: ['self'],
      },
      vpc_filter: { filter: { name: 'is-default', value: 'true' } },
      run_volume_tag: [{ name: 'Volume', value: '{{ .SourceAMI }}' }],
    });
    expect(report.failure).toBeUndefined();
    const filters = [
      { Name: 'name', Values: ['other*'] },
      { Name: 'architecture', Values: ['x86_64'] },
    ];
    expect(place.inputs('DescribeImages')).toContainEqual(expect.objectContaining({ Filters: filters }));
    expect(place.inputs('DescribeVpcs')).toMatchObject([
      { Filters: [{ Name: 'is-default', Values: ['true'] }, {}] },
      {},
    ]);
    expect(place.inputs('RunInstances')).toMatchObject([{ ImageId: newest }]);
    expect(JSON.stringify(place.inputs('RunInstances'))).toContain(JSON.stringify({ Key: 'Volume', Value: newest }));
  });

  it('is not guessed when several fit or none does', async () => {
    await using place = await amazonPlace();
    place.ec2.addImage('us-east-1', { name: 'base-2' });
    const filter = (name: string): object => ({ filters: { name }, owners: ['self'] });
    const several = await place.bake({ source_ami: null, source_ami_filter: filter('base*') as never });
    expect(several.report.failure?.code).toBe('AMAZON_SOURCE_AMBIGUOUS');
    const none = await place.bake({ source_ami: null, source_ami_filter: filter('other') as never });
    expect(none.report.failure?.code).toBe('AMAZON_SOURCE_MISSING');
    expect(place.left()).toEqual([]);
  });
});

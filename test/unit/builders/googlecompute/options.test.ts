import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { gcePlace } from '../../../support/gce/gce-place.ts';

/** The one instance that a build with these options asks for. */
async function askedInstance(options: JsonObject): Promise<unknown> {
  await using place = await gcePlace();
  const { report } = await place.bake({ skip_create_image: true, ...options });
  expect(report.failure).toBeUndefined();
  expect(place.left()).toEqual([]);
  expect(place.gce.broken).toEqual([]);
  const inputs = place.inputs('instances.insert');
  expect(inputs).toHaveLength(1);
  return inputs[0];
}

const KMS = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';
const RAW = Buffer.alloc(32, 7).toString('base64');

describe('what the template says of the instance', () => {
  it('is what Packer asks for when it says nothing', async () => {
    expect(await askedInstance({})).toMatchObject({
      machineType: 'projects/bakery/zones/us-central1-a/machineTypes/e2-standard-2',
      scheduling: { onHostMaintenance: 'MIGRATE', automaticRestart: true },
      serviceAccounts: [
        { email: 'default', scopes: expect.arrayContaining([expect.stringContaining('userinfo.email')]) as unknown },
      ],
      networkInterfaces: [
        { network: 'projects/bakery/global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] },
      ],
      disks: [{ boot: true, autoDelete: true, initializeParams: { diskSizeGb: '20' } }],
    });
  });

  it('network: one of a host project, tags, addresses', async () => {
    const asked = await askedInstance({
      network: 'build',
      subnetwork: 'build',
      network_project_id: 'host-project',
      network_ip: '10.128.0.9',
      address: 'build-ip',
      tags: ['ssh', 'build'],
    });
    expect(asked).toMatchObject({
      networkInterfaces: [
        {
          network: 'projects/host-project/global/networks/build',
          subnetwork: 'projects/host-project/regions/us-central1/subnetworks/build',
          networkIP: '10.128.0.9',
          accessConfigs: [{ natIP: '203.0.113.200' }],
        },
      ],
      tags: { items: ['ssh', 'build'] },
    });
  });

  it('no network without subnetwork in it, and no external address', async () => {
    const { networkInterfaces } = (await askedInstance({
      subnetwork: 'build',
      omit_external_ip: true,
      use_internal_ip: true,
    })) as JsonObject;
    expect(networkInterfaces).toEqual([{ subnetwork: 'projects/bakery/regions/us-central1/subnetworks/build' }]);
  });

  it('GPUs, and the end of an instance that cannot migrate', async () => {
    expect(await askedInstance({ accelerator_type: 'nvidia-tesla-t4', accelerator_count: 2 })).toMatchObject({
      guestAccelerators: [
        {
          acceleratorType: 'projects/bakery/zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4',
          acceleratorCount: 2,
        },
      ],
      scheduling: { onHostMaintenance: 'TERMINATE' },
    });
  });

  it('preemptible, spot, and a life that ends', async () => {
    expect(await askedInstance({ preemptible: true })).toMatchObject({
      scheduling: { preemptible: true, automaticRestart: false, onHostMaintenance: 'TERMINATE' },
    });
    const spot = {
      provisioning_model: 'spot',
      max_run_duration_in_seconds: 3600,
      instance_termination_action: 'delete',
    };
    expect(await askedInstance(spot)).toMatchObject({
      scheduling: {
        provisioningModel: 'SPOT',
        instanceTerminationAction: 'DELETE',
        maxRunDuration: { seconds: '3600' },
        automaticRestart: false,
      },
    });
  });

  it('shielded, with its own account, on nodes and reservations of its own', async () => {
    const asked = await askedInstance({
      enable_secure_boot: true,
      enable_vtpm: true,
      enable_integrity_monitoring: false,
      service_account_email: 'baker@bakery.iam.gserviceaccount.com',
      scopes: ['cloud-platform'],
      node_affinity: [{ key: 'k', values: ['v'] }],
      reservation_affinity: { consume_reservation_type: 'SPECIFIC_RESERVATION', key: 'name', values: ['r'] },
      resource_manager_tags: { 'tagKeys/1': 'tagValues/2' },
      min_cpu_platform: 'Intel Ice Lake',
      enable_nested_virtualization: true,
    });
    expect(asked).toMatchObject({
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: false },
      serviceAccounts: [
        { email: 'baker@bakery.iam.gserviceaccount.com', scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
      ],
      scheduling: { nodeAffinities: [{ key: 'k', operator: 'IN', values: ['v'] }] },
      reservationAffinity: { consumeReservationType: 'SPECIFIC_RESERVATION', key: 'name', values: ['r'] },
      params: { resourceManagerTags: { 'tagKeys/1': 'tagValues/2' } },
      minCpuPlatform: 'Intel Ice Lake',
      advancedMachineFeatures: { enableNestedVirtualization: true },
    });
  });

  it('no service account', async () => {
    expect(await askedInstance({ disable_default_service_account: true })).not.toHaveProperty('serviceAccounts');
  });
});

describe('disks', () => {
  it('are made together with the instance and go with it', async () => {
    const asked = await askedInstance({
      labels: { team: 'bakery' },
      disk_name: 'root',
      disk_size: 30,
      disk_type: 'pd-ssd',
      disk_encryption_key: { kmsKeyName: KMS },
      disk_attachment: [
        { volume_type: 'scratch', volume_size: 375, interface_type: 'NVME' },
        { volume_type: 'hyperdisk-balanced', volume_size: 50, iops: 4000, disk_encryption_key: { rawKey: RAW } },
      ],
    });
    expect(asked).toMatchObject({
      disks: [
        {
          initializeParams: { diskName: 'root', diskSizeGb: '30', labels: { team: 'bakery' } },
          diskEncryptionKey: { kmsKeyName: KMS },
        },
        { type: 'SCRATCH', interface: 'NVME' },
        {
          autoDelete: true,
          deviceName: 'kiln-disk-2',
          initializeParams: { diskSizeGb: '50', provisionedIops: '4000' },
          diskEncryptionKey: { rawKey: RAW },
        },
      ],
    });
  });

  it('that the template keeps stay when the build has succeeded, and no other', async () => {
    const disk_attachment = [
      { volume_type: 'pd-ssd', volume_size: 10, disk_name: 'kept', keep_device: true },
      { volume_type: 'pd-ssd', volume_size: 10, disk_name: 'gone' },
    ];
    await using place = await gcePlace();
    const { report } = await place.bake({ disk_attachment });
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['disk kept', 'image web']);
    await using other = await gcePlace();
    other.gce.plan({ call: 'images.insert', fails: { code: 'INTERNAL_ERROR', message: 'no' } });
    expect((await other.bake({ disk_attachment })).report.failure).toBeDefined();
    expect(other.left()).toEqual([]);
  });

  it('that are there are attached and stay; the image is made of the one that says so', async () => {
    await using place = await gcePlace();
    const create = { volume_type: 'pd-ssd', volume_size: 10, disk_name: 'data', keep_device: true };
    await place.bake({ skip_create_image: true, disk_attachment: [create] });
    const { report } = await place.bake({
      disk_attachment: [
        { volume_type: 'pd-ssd', volume_size: 10, source_volume: 'data' },
        {
          volume_type: 'pd-ssd',
          volume_size: 12,
          create_image: true,
          disk_name: 'second',
          disk_encryption_key: { rawKey: RAW },
        },
      ],
    });
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['disk data', 'image web']);
    expect(place.inputs('images.insert')).toMatchObject([
      { sourceDisk: expect.stringMatching(/disks\/second$/) as unknown, sourceDiskEncryptionKey: { rawKey: RAW } },
    ]);
  });
});

describe('the image', () => {
  it('gets what the template says of it', async () => {
    await using place = await gcePlace();
    const certificate = join(place.directory, 'db.der');
    writeFileSync(certificate, Buffer.from([0x30, 0x82, 1, 2]));
    const revoked = join(place.directory, 'dbx.bin');
    writeFileSync(revoked, 'revoked');
    const { report } = await place.bake({
      image_project_id: 'host-project',
      image_description: 'a web server',
      image_family: 'web',
      image_labels: { team: 'bakery' },
      image_licenses: ['projects/vm-options/global/licenses/enable-vmx'],
      image_guest_os_features: ['GVNIC'],
      image_storage_locations: ['eu'],
      image_architecture: 'x86_64',
      image_encryption_key: { kmsKeyName: KMS },
      image_signatures_db: [certificate],
      image_forbidden_signatures_db: [revoked],
      deprecate_at: '2027-01-01T00:00:00Z',
      obsolete_at: '2027-02-01T00:00:00Z',
      delete_at: '2027-03-01T00:00:00Z',
    });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('images.insert')).toMatchObject([
      {
        name: 'web',
        description: 'a web server',
        family: 'web',
        labels: { team: 'bakery' },
        licenses: ['projects/vm-options/global/licenses/enable-vmx'],
        guestOsFeatures: [{ type: 'GVNIC' }],
        storageLocations: ['eu'],
        architecture: 'X86_64',
        imageEncryptionKey: { kmsKeyName: KMS },
        shieldedInstanceInitialState: {
          dbs: [{ fileType: 'X509', content: Buffer.from([0x30, 0x82, 1, 2]).toString('base64') }],
          dbxs: [{ fileType: 'BIN', content: Buffer.from('revoked').toString('base64') }],
        },
      },
    ]);
    const [image] = place.things('image');
    expect(image?.id).toBe('projects/host-project/global/images/web');
    expect(place.gce.world.images.peek(image?.id ?? '')?.view.deprecated).toEqual({
      state: 'ACTIVE',
      deprecated: '2027-01-01T00:00:00Z',
      obsolete: '2027-02-01T00:00:00Z',
      deleted: '2027-03-01T00:00:00Z',
    });
    expect(report.artifacts).toMatchObject([
      { description: "A disk image was created in the 'host-project' project: web" },
    ]);
  });

  it('has the default name with the time of the run', async () => {
    await using place = await gcePlace();
    await place.bake({ image_name: null });
    expect(place.left()).toEqual([expect.stringMatching(/^image packer-\d{10}$/)]);
  });

  it('takes the place of one of its name with -force, and of none without', async () => {
    await using place = await gcePlace();
    await place.bake();
    const refused = await place.bake();
    expect(refused.report.failure).toMatchObject({ code: 'GOOGLE_EXISTS', pointer: '/builders/0/image_name' });
    expect(place.calls().filter((call) => call === 'instances.insert')).toHaveLength(1);
    const before = place.gce.world.images.peek('projects/bakery/global/images/web')?.view.id;
    const { report } = await place.bake({}, { force: true });
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image web']);
    expect(place.gce.world.images.peek('projects/bakery/global/images/web')?.view.id).not.toBe(before);
  });
});

describe('the source', () => {
  it('is looked for in the projects that are named, in their order', async () => {
    await using place = await gcePlace();
    place.gce.addImage({ name: 'base', project: 'second' });
    const { report, said } = await place.bake({
      source_image_family: null,
      source_image: 'base',
      source_image_project_id: ['first', 'second'],
    });
    expect(report.failure).toBeUndefined();
    expect(said.join('\n')).toContain('the image base of the project second');
    expect(place.calls().slice(0, 3)).toEqual(['images.get', 'images.get', 'images.get']);
  });

  it('is the newest of its family that is not deprecated', async () => {
    await using place = await gcePlace();
    place.gce.addImage({ name: 'old', family: 'own', age: 9 });
    place.gce.addImage({ name: 'new', family: 'own', age: 5 });
    place.gce.addImage({ name: 'bad', family: 'own', age: 1, view: { deprecated: { state: 'DEPRECATED' } } });
    const { said } = await place.bake({ source_image_family: 'own' });
    expect(said.join('\n')).toContain('starting from the image new of the project bakery');
  });

  it('that is nowhere is said with all places', async () => {
    await using place = await gcePlace();
    const { report } = await place.bake({
      source_image_family: 'nothing',
      source_image_project_id: ['a-project', 'b-project'],
    });
    expect(report.failure).toMatchObject({
      code: 'GOOGLE_SOURCE_MISSING',
      message: expect.stringContaining('in the projects a-project, b-project') as unknown,
      pointer: '/builders/0/source_image_family',
    });
    expect(place.left()).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { chooseDisk } from '../../../../post-processors/openstack-import/choose-disk.ts';
import type { OpenstackImportPostProcessorConfig } from '../../../../post-processors/openstack-import/config.gen.ts';
import { imageRequest } from '../../../../post-processors/openstack-import/image-request.ts';
import { postProcessor } from '../../../../post-processors/openstack-import/index.ts';
import { prepare } from '../../../../post-processors/openstack-import/prepare.ts';
import type { Artifact, Disk } from '../../../../plugins/sdk/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';

function config(options: JsonObject): OpenstackImportPostProcessorConfig {
  return componentConfig('post-processors/openstack-import', { image_name: 'web', ...options });
}

function artifact(files: readonly string[], disks: readonly Omit<Disk, 'virtualSize'>[] = []): Artifact {
  const told = disks.map((disk) => ({ ...disk, virtualSize: 1 }));
  return { builderId: 'x', id: 'VM', description: '', files, disks: told, properties: {} };
}

test.each<[JsonObject, readonly string[]]>([
  [{}, []],
  [{ format: 'vmdk', image_disk_format: 'raw', image_tags: ['a'], metadata: { hw_disk_bus: 'scsi' } }, []],
  [{ format: 'iso', image_disk_format: 'raw' }, ['OPENSTACK_IMPORT /image_disk_format']],
  [{ metadata: { hw: 'x'.repeat(256) } }, ['OPENSTACK_METADATA /metadata/hw']],
  [{ image_members: ['p'], image_visibility: 'private' }, ['OPENSTACK_IMAGE /image_members']],
  [{ image_tags: ['x'.repeat(256)] }, ['OPENSTACK_IMAGE /image_tags/0']],
  [{ identity_endpoint: 'keystone' }, ['OPENSTACK_ACCESS /identity_endpoint']],
])('of %j is said: %j', (options, said) => {
  const found = prepare(config(options), prepareContext());
  expect(found.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(said);
});

test.each<[JsonObject, boolean]>([
  [{}, true],
  [{ format: 'raw' }, false],
  [{ format: 'raw', image_disk_format: 'qcow2' }, true],
  [{ format: 'iso' }, false],
  [{ format: 'vmdk' }, true],
])('%j needs qemu-img: %j', (options, needed) => {
  expect(postProcessor.needs(config(options)).length > 0).toBe(needed);
});

const OTHER = { path: '/o/disk', format: 'vpc' };

test.each<[string, Artifact, Parameters<typeof chooseDisk>[1], object]>([
  ['a name that tells', artifact(['/o/a.txt', '/o/b.QCOW2']), undefined, { path: '/o/b.QCOW2', format: 'qcow2' }],
  ['what the builder says', artifact(['/o/disk'], [OTHER]), undefined, { path: '/o/disk', format: 'vhd' }],
  [
    'the builder, not the name',
    artifact(['/o/a.raw'], [{ path: '/o/a.raw', format: 'qcow2' }]),
    undefined,
    { format: 'qcow2' },
  ],
  ['the wanted one', artifact(['/o/a.qcow2', '/o/b.vmdk']), 'vmdk', { path: '/o/b.vmdk' }],
  ['a raw disk of any name', artifact(['/o/system']), 'raw', { path: '/o/system', format: 'raw' }],
])('takes %s', (_what, input, wanted, disk) => {
  expect(chooseDisk(input, wanted)).toMatchObject(disk);
});

test.each<[string, Artifact, Parameters<typeof chooseDisk>[1]]>([
  ['no files', artifact([]), undefined],
  ['files whose names say nothing', artifact(['/o/a', '/o/b']), 'raw'],
  ['another format', artifact(['/o/a.raw'], [{ path: '/o/a.raw', format: 'qcow2' }]), 'raw'],
])('refuses %s', (_what, input, wanted) => {
  // The last one has one file only, which the builder says to be something else.
  expect(() => chooseDisk(input, wanted)).toThrow(expect.objectContaining({ code: 'OPENSTACK_IMPORT_FILE' }));
});

test.each<[JsonObject, Pick<Disk, 'firmware'>, object]>([
  [{}, { firmware: ['uefi'] }, { hw_firmware_type: 'uefi', disk_format: 'qcow2', container_format: 'bare' }],
  [{ metadata: { hw_firmware_type: 'bios' } }, { firmware: ['uefi'] }, { hw_firmware_type: 'bios' }],
  [{ image_min_disk: 4, image_min_ram: 512, image_tags: ['t'] }, {}, { min_disk: 4, min_ram: 512, tags: ['t'] }],
  [{ image_visibility: 'community' }, {}, { visibility: 'community' }],
])('%j of a disk with %j asks Glance for %j', (options, told, wanted) => {
  const file = { path: '/o/a', format: 'qcow2' as const, ...told };
  expect(imageRequest(file, 'qcow2', config(options))).toMatchObject(wanted);
});

test('a disk of either firmware leaves the choice to Nova, and an ova is a container', () => {
  const file = { path: '/o/a', format: 'ova' as const, firmware: ['bios', 'uefi'] as const };
  expect(imageRequest(file, 'ova', config({}))).toEqual({ disk_format: 'vmdk', container_format: 'ova' });
});

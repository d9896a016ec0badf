import { createHash, randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAll, openstack, type CloudChoice, type Printed } from '../../support/openstack-lab/command-line.ts';
import { findLab, MOST_TO_START, openLab, type OpenstackLab } from '../../support/openstack-lab/lab.ts';
import { labProject, type LabProject } from '../../support/openstack-lab/project.ts';
import { readInImage } from '../qemu/bake.ts';
import { crashPlace, type CrashPlace } from '../run/crash-place.ts';
import { killEverywhere } from './kill-and-collect.ts';

/** A guest without hardware for it boots in half a minute when nobody else has the processor. */
const GUEST = { timeout: 900_000 };

const folder = findLab();

const builder = {
  type: 'openstack',
  image_name: 'web',
  source_image_name: 'lab-debian',
  flavor: 'lab.small',
  ssh_username: 'debian',
  image_tags: ['baked'],
  metadata: { baked_by: 'kiln' },
};

describe.skipIf(folder === undefined)('on a real OpenStack', () => {
  let lab: OpenstackLab;
  let project: LabProject;
  let admin: CloudChoice;

  beforeAll(async () => {
    lab = await openLab(folder ?? '');
    project = await labProject(lab);
    admin = { cloudsFile: lab.cloudsFile, cloud: 'lab-admin' };
  }, MOST_TO_START);
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  }, 120_000);

  function place(template: (home: string) => object): CrashPlace {
    return crashPlace(template, project.environment);
  }

  async function show(image: string): Promise<Printed> {
    const [found] = await openstack(project, [`image show -f json ${image}`]);
    return found as Printed;
  }

  /** The image's data, as the independent client gets it. */
  async function download(image: string, home: string): Promise<string> {
    const path = join(home, 'out');
    await openstack(project, [`image save --file ${path} ${image}`]);
    return path;
  }

  it('bakes an image of a guest that a script has changed, and leaves nothing else', GUEST, async () => {
    const [member] = (await openstack(admin, ['project show -f json lab'])) as readonly Printed[];
    const finding = {
      source_image_name: undefined,
      source_image_filter: { filters: { name: 'lab-debian', properties: { os_distro: 'debian' } } },
      network_discovery_cidrs: ['198.51.100.0/24'],
      cloud: project.cloud,
    };
    const making = {
      user_data: '#!/bin/sh\necho from-user-data >/etc/user-data\n',
      image_visibility: 'shared',
      image_members: [member?.['id']],
      image_min_disk: 2,
    };
    const waitForUserData = 'for i in $(seq 120); do [ ! -s /etc/user-data ] || break; sleep 1; done';
    await using shop = place(() => ({
      builders: [{ ...builder, ...finding, ...making }],
      provisioners: [{ type: 'shell', inline: [waitForUserData, 'echo baked | sudo tee /etc/baked'] }],
    }));
    const environment = { OS_CLIENT_CONFIG_FILE: project.cloudsFile };
    const { code, stdout, stderr } = await shop.kiln(['build', 'web.json'], { env: environment });
    expect(code, stdout + stderr).toBe(0);
    expect(await project.left()).toEqual(['image web']);
    const properties = { baked_by: 'kiln', image_type: 'image' };
    expect(await show('web')).toMatchObject({ status: 'active', tags: ['baked'], min_disk: 2, properties });
    const [[shared] = []] = await listAll(project, ['image member list web']);
    expect(shared).toMatchObject({ 'Member ID': member?.['id'], Status: 'pending' });
    const image = await download('web', shop.home);
    expect(readInImage(image, '/etc/baked')).toBe('baked\n');
    expect(readInImage(image, '/etc/user-data')).toBe('from-user-data\n');
    await openstack(project, ['image delete web']);
  });

  it.each(['upload', 'glance-direct'])('makes an image of a disk of this machine by %s', GUEST, async (method) => {
    const options = { method, image_tags: ['imported'], metadata: { hw_disk_bus: 'scsi' }, image_min_disk: 1 };
    await using shop = place((home) => ({
      builders: [{ type: 'file', source: join(home, 'tmp/disk.raw'), target: join(home, 'disk.raw') }],
      'post-processors': [{ type: 'openstack-import', image_name: 'imported', format: 'raw', ...options }],
    }));
    const content = randomFillSync(Buffer.alloc(20_000_000));
    writeFileSync(join(shop.home, 'tmp/disk.raw'), content);
    const { code, stdout, stderr } = await shop.kiln(['build', 'web.json']);
    expect(code, stdout + stderr).toBe(0);
    expect(await project.left()).toEqual(['image imported']);
    const image = await download('imported', shop.home);
    expect(readFileSync(image).equals(content)).toBe(true);
    const hash = createHash('sha512').update(content).digest('hex');
    const properties = { hw_disk_bus: 'scsi', os_hash_value: hash };
    expect(await show('imported')).toMatchObject({ min_disk: 1, tags: ['imported'], properties });
    await openstack(project, ['image delete imported']);
  });

  it('collects what a Kiln has left that was killed while its guest booted', GUEST, async () => {
    await using shop = place(() => ({ builders: [builder] }));
    const hasServer = (): boolean => {
      const records = shop.records();
      const servers = records.flatMap((each) =>
        each.record === 'intent' && each.kind === 'openstack:server' ? [each.token] : [],
      );
      return records.some((each) => each.record === 'created' && servers.includes(each.token));
    };
    const { code } = await shop.kiln(['build', 'web.json'], { killWhen: hasServer });
    expect(code).toBeNull();
    expect(await project.left()).toContainEqual(expect.stringMatching(/^server /));
    const collected = await shop.kiln(['gc']);
    expect(collected.code, collected.stdout + collected.stderr).toBe(0);
    expect(await project.left()).toEqual([]);
  });
});

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('skipped: Kiln killed at 40 places; KILN_LONG_TESTS=1 does it');

describe.skipIf(folder === undefined || !long)('on a real OpenStack without real guests', () => {
  it('leaves nothing wherever it is killed', { timeout: 3 * 3600_000 }, async () => {
    await using lab = await openLab(folder ?? '', { fake: true });
    await using project = await labProject(lab);
    const guest = { communicator: 'none' };
    await killEverywhere(20, {
      project,
      template: (home) => ({
        builders: [{ ...builder, ...guest }],
        provisioners: [{ type: 'shell-local', inline: [`echo ran >>${home}/log`] }],
      }),
      removeOutput: async () => {
        await openstack(project, ['image delete web']);
      },
    });
  });
});

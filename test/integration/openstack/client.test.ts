import { createHash, randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, readCloud, type Cloud, type Image } from '../../../clients/openstack/index.ts';
import { openstack } from '../../support/openstack-lab/command-line.ts';
import { findLab, MOST_TO_START, openLab, type OpenstackLab } from '../../support/openstack-lab/lab.ts';
import { labProject, type LabProject } from '../../support/openstack-lab/project.ts';

const folder = findLab();
/** Milliseconds: the lab's services and its command line take their time when guests boot beside them. */
const PATIENCE = 300_000;

const RAW = { disk_format: 'raw', container_format: 'bare' } as const;
const data = randomFillSync(Buffer.alloc(3_000_000));
const sent = {
  open: () => Readable.from([data.subarray(0, 1_000_000), data.subarray(1_000_000)]),
  length: data.length,
};

function sha512(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex');
}

describe.skipIf(folder === undefined)("OpenStack's client, with a real one", () => {
  let lab: OpenstackLab;
  let project: LabProject;
  let cloud: Cloud;

  function environment(): Readonly<Record<string, string>> {
    return { OS_CLIENT_CONFIG_FILE: project.cloudsFile, OS_CLOUD: project.cloud };
  }

  beforeAll(async () => {
    lab = await openLab(folder ?? '');
    project = await labProject(lab);
    cloud = connect((await readCloud({ environment: environment() })).settings);
  }, MOST_TO_START);
  afterAll(async () => {
    cloud.close();
    await project[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  }, 120_000);

  it(
    'gets in by a password, by the token of that, and by an application credential',
    async () => {
      const token = await cloud.token();
      expect(token.project?.id).toBe(project.id);
      const { settings } = await readCloud({ environment: environment() });
      const scope = { project: { id: project.id } };
      const again = connect({ ...settings, login: { type: 'token', token: token.id, scope } });
      expect((await again.token()).user).toEqual(token.user);
      const [made] = await openstack(project, ['application credential create -f json own']);
      const { id, secret } = made as Readonly<Record<string, string>>;
      const login = { type: 'application-credential', credential: { id: id ?? '' }, secret: secret ?? '' } as const;
      const other = connect({ ...settings, authUrl: settings.authUrl?.replace('/v3', ''), login });
      expect((await other.token()).project?.id).toBe(project.id);
      expect((await other.compute.flavors.find('lab.tiny')).vcpus).toBe(1);
      const wrong = connect({ ...settings, login: { ...login, secret: 'wrong' } });
      await expect(wrong.token()).rejects.toMatchObject({ reason: 'unauthorized', status: 401 });
      await openstack(project, ['application credential delete own']);
      const gone = connect({ ...settings, login });
      await expect(gone.token()).rejects.toMatchObject({ reason: 'unauthorized', status: 404 });
    },
    PATIENCE,
  );

  async function settled(id: string): Promise<Image> {
    for (;;) {
      const image = await cloud.image.images.get(id);
      if (!['queued', 'saving', 'uploading', 'importing'].includes(image.status)) return image;
      await sleep(200);
    }
  }

  it(
    'sends an image whose hash is that of the data, changes it, shares it and reads it',
    async () => {
      const { images, members } = cloud.image;
      const { id } = await images.create({ ...RAW, name: 'sent', tags: ['a/b'], hw_disk_bus: 'scsi' });
      await images.upload(id, sent);
      expect(await settled(id)).toMatchObject({ status: 'active', os_hash_value: sha512(data), hw_disk_bus: 'scsi' });
      await images.addTag(id, 'c d');
      const changes = [
        { op: 'replace', path: '/min_disk', value: 2 } as const,
        { op: 'remove', path: '/hw_disk_bus' } as const,
      ];
      const changed = await images.change(id, [...changes, { op: 'replace', path: '/visibility', value: 'shared' }]);
      expect(changed).toMatchObject({ min_disk: 2, visibility: 'shared' });
      expect(changed.tags.toSorted()).toEqual(['a/b', 'c d']);
      expect(changed).not.toHaveProperty('hw_disk_bus');
      const [other] = await openstack({ ...project, cloudsFile: lab.cloudsFile, cloud: 'lab-admin' }, [
        'project show -f json admin',
      ]);
      const member = String((other as Readonly<Record<string, unknown>>)['id']);
      expect(await members.add(id, member)).toMatchObject({ status: 'pending' });
      expect(await members.list(id)).toHaveLength(1);
      await expect(members.add(id, member)).rejects.toMatchObject({ reason: 'conflict' });
      expect(sha512(await buffer(await images.download(id)))).toBe(sha512(data));
      expect(await buffer(await images.download(id, 2_999_990))).toEqual(data.subarray(2_999_990));
      expect((await images.list({ owner: project.id, tag: ['a/b', 'c d'] })).map((each) => each.id)).toEqual([id]);
      await expect(images.upload(id, sent)).rejects.toMatchObject({ reason: 'conflict', status: 409 });
      await images.delete(id);
      await expect(images.get(id)).rejects.toMatchObject({ reason: 'not-found' });
    },
    PATIENCE,
  );

  it(
    'has an image imported of staged data',
    async () => {
      const { images } = cloud.image;
      expect(await cloud.image.importMethods()).toContain('glance-direct');
      const { id } = await images.create({ ...RAW, name: 'staged' });
      await images.stage(id, sent);
      await images.import(id, { method: { name: 'glance-direct' } });
      expect(await settled(id)).toMatchObject({ status: 'active', os_hash_value: sha512(data) });
      await expect
        .poll(async () => (await images.tasks(id)).map(({ type }) => type), { timeout: 10_000 })
        .toContain('api_image_import');
      await images.delete(id);
    },
    PATIENCE,
  );

  it(
    'asks Nova for a microversion where a call needs one, and reads lists page by page',
    async () => {
      const { keypairs, servers } = cloud.compute;
      await keypairs.create({ name: 'own', type: 'ssh' });
      expect((await keypairs.list()).map(({ name }) => name)).toEqual(['own']);
      expect((await keypairs.get('own')).fingerprint).toMatch(/^[0-9a-f:]+$/);
      await keypairs.delete('own');
      expect(await servers.list({ tags: ['none'] })).toEqual([]);
      await expect(servers.get('none')).rejects.toMatchObject({ reason: 'not-found', code: 'itemNotFound' });
      const ids = await Promise.all(
        ['a', 'b', 'c'].map(async (name) => (await cloud.image.images.create({ ...RAW, name })).id),
      );
      const listed = await cloud.image.images.list({ owner: project.id, limit: 1, sort: 'name:asc' });
      // A test that had to try twice has left an image of its own.
      expect(listed.filter(({ id }) => ids.includes(id)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
      await Promise.all(ids.map((id) => cloud.image.images.delete(id)));
    },
    PATIENCE,
  );

  it(
    'makes ports and security groups, and finds them by their tags',
    async () => {
      const { networks, ports, securityGroups, securityGroupRules, tags } = cloud.network;
      const [net] = await networks.list({ name: 'lab-net' });
      const group = await securityGroups.create({ name: 'own' });
      const rule = {
        security_group_id: group.id,
        direction: 'ingress',
        protocol: 'tcp',
        port_range_min: 22,
        port_range_max: 22,
      } as const;
      await securityGroupRules.create(rule);
      await expect(securityGroupRules.create(rule)).rejects.toMatchObject({
        reason: 'conflict',
        code: 'SecurityGroupRuleExists',
      });
      const port = await ports.create({ network_id: net?.id ?? '', security_groups: [group.id] });
      await tags.set('ports', port.id, ['run=1', 'token=2']);
      expect((await ports.list({ tags: 'run=1,token=2' })).map(({ id }) => id)).toEqual([port.id]);
      await expect(securityGroups.delete(group.id)).rejects.toMatchObject({
        reason: 'conflict',
        code: 'SecurityGroupInUse',
      });
      await ports.delete(port.id);
      await securityGroups.delete(group.id);
      await expect(ports.get(port.id)).rejects.toMatchObject({ reason: 'not-found' });
    },
    PATIENCE,
  );

  it('says what the cloud has not', async () => {
    await expect(cloud.blockStorage.volumes.list()).rejects.toMatchObject({ reason: 'unsupported' });
  });
});

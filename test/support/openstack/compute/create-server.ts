import { part, type Call, type Reply } from '../call.ts';
import { uuid } from '../ids.ts';
import { badRequest, forbidden } from '../problem.ts';
import type { Image } from '../image/image.ts';
import { canSee } from '../image/find.ts';
import { groupIds, planPorts, takePorts, type AskedNetworks } from '../network/server-ports.ts';
import { planDisks, takeDisks, type AskedDisk, type DiskPlan } from '../volume/attachments.ts';
import { timestamp } from '../world.ts';
import type { Flavor } from './flavors.ts';
import { findKeypair } from './keypairs.ts';
import { build } from './life.ts';
import { links } from './links.ts';
import type { Server } from './server.ts';

interface Asked {
  readonly name: string;
  readonly imageRef?: string;
  readonly flavorRef: string;
  readonly key_name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly networks?: AskedNetworks;
  readonly security_groups?: readonly { readonly name?: string }[];
  readonly availability_zone?: string;
  readonly config_drive?: boolean | string;
  readonly user_data?: string;
  readonly tags?: readonly string[];
  readonly block_device_mapping_v2?: readonly AskedDisk[];
  readonly adminPass?: string;
}

export const ZONES: readonly string[] = ['nova', 'nova-2'];

function sourceImage(call: Call, { imageRef: id }: Asked, disks: readonly DiskPlan[]): Image | undefined {
  if (id === undefined || id === '') {
    if (disks.some((disk) => disk.bootIndex === 0)) return undefined;
    throw badRequest(
      id === ''
        ? 'Missing imageRef attribute'
        : 'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.',
    );
  }
  const image = call.region.images.peek(id);
  if (image === undefined || !canSee(call, image)) throw badRequest('Can not find requested image');
  if (image.status !== 'active') throw badRequest(`Image ${id} is not active.`);
  return image;
}

function checkSize(flavor: Flavor, image: Image | undefined): void {
  if (image === undefined) return;
  const { min_ram: ram, min_disk: disk } = image.base;
  if (flavor.ram < ram) throw badRequest("Flavor's memory is too small for requested image.");
  const tail = `Flavor disk is ${flavor.disk * 1024 ** 3} bytes, minimum size is ${disk * 1024 ** 3} bytes.`;
  if (flavor.disk < disk) {
    throw badRequest(`Flavor's disk is smaller than the minimum size specified in image metadata. ${tail}`);
  }
}

function checkQuota({ world, region, caller }: Call): void {
  const quota = world.options.quota ?? 1000;
  const used = region.servers.all().filter(({ projectId }) => projectId === caller.project?.id).length;
  if (used < quota) return;
  throw forbidden(`Quota exceeded for instances: Requested 1, but already used ${used} of ${quota} instances`);
}

function checkZone({ availability_zone: zone }: Asked): string {
  if (zone !== undefined && !ZONES.includes(zone)) throw badRequest('The requested availability zone is not available');
  return zone ?? 'nova';
}

function yes(value: boolean | string | undefined): boolean {
  return value === true || ['true', '1', 'yes', 'on', 't', 'y'].includes(String(value).toLowerCase());
}

/** POST /servers: everything is looked at before anything is made. */
export function createServer(call: Call): Reply {
  const { world, region, caller } = call;
  const asked = part(call, 'server') as Asked;
  const zone = checkZone(asked);
  const disks = planDisks(call, asked.block_device_mapping_v2 ?? []);
  const image = sourceImage(call, asked, disks);
  const flavor = region.flavors.find(({ id }) => id === asked.flavorRef);
  if (flavor === undefined) throw badRequest(`Flavor ${asked.flavorRef} could not be found.`);
  checkSize(flavor, image);
  const keypair = asked.key_name === undefined ? undefined : findKeypair(call, asked.key_name);
  if (asked.key_name !== undefined && keypair === undefined) throw badRequest('Invalid key_name provided.');
  const groups = groupIds(call, asked.security_groups);
  const plans = planPorts(call, asked.networks);
  checkQuota(call);
  const id = uuid(world.newId());
  const now = timestamp(world);
  const server: Server = {
    id,
    name: asked.name,
    projectId: caller.project?.id ?? '',
    userId: caller.user.id,
    created: now,
    updated: now,
    status: 'BUILD',
    vmState: 'building',
    taskState: 'scheduling',
    powerState: 0,
    fault: undefined,
    image,
    flavor,
    keypair,
    configDrive: yes(asked.config_drive),
    availabilityZone: zone,
    userData: asked.user_data,
    metadata: { ...asked.metadata },
    tags: [...(asked.tags ?? [])],
    ports: takePorts(call, id, plans, groups),
    volumes: takeDisks(call, id, disks),
    launchedAt: null,
    passwordAt: Infinity,
    password: undefined,
    guest: undefined,
  };
  region.servers.add(id, server);
  build(call, server);
  const view = { id, links: links(call, 'servers', id), 'OS-DCF:diskConfig': 'MANUAL' };
  const given = (asked.security_groups ?? [{ name: 'default' }]).map(({ name }) => ({ name }));
  return {
    status: 202,
    headers: { Location: `${call.base}/servers/${id}` },
    body: { server: { ...view, security_groups: given, adminPass: asked.adminPass ?? 'Ddg4ES5NtHpH' } },
  };
}

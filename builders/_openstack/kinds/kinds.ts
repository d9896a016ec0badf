import {
  cloudKind,
  OWN_TAGS,
  type CloudKind,
  type CloudKindOptions,
  type Locator,
} from '../../../plugins/sdk/cloud.ts';
import { isObject } from '../../../plugins/sdk/index.ts';
import { reopenCloud, type Cloud } from '../api/cloud.ts';
import { isInUse, isNotFound, isRefusal, unlessGone } from '../api/failure.ts';
import { longestPause, OPENSTACK_CODES } from '../api/wait.ts';
import { releaseFloatingIp, releaseImage, releaseKeyPair, releaseServer, releaseVolume } from './release.ts';

export interface OpenstackKinds {
  readonly server: CloudKind;
  /** By its name, which is its id in Nova. */
  readonly keyPair: CloudKind;
  readonly floatingIp: CloudKind;
  readonly volume: CloudKind;
  readonly image: CloudKind;
}

/** What the things of OpenStack have in common, as journal kinds. */
type KindOperations = Pick<CloudKindOptions<Cloud>, 'find' | 'release'> & {
  /** The arguments of OpenStack's command line. */
  readonly manualCommand: (id: string) => string;
};

/** The command line's own options for the way in that a thing was made by. */
function commandOf(locator: Locator): string {
  const access = locator.value('access');
  const options = isObject(access) && isObject(access['options']) ? access['options'] : {};
  const { cloud } = options;
  const region = locator.text('region');
  return [
    'openstack',
    ...(typeof cloud === 'string' ? ['--os-cloud', cloud] : []),
    ...(region === '' ? [] : ['--os-region-name', region]),
  ].join(' ');
}

function kindOf(kind: string, { manualCommand, ...operations }: KindOperations): CloudKind {
  return cloudKind<Cloud>({
    ...operations,
    kind,
    open: (locator, signal) => reopenCloud(locator.value('access'), locator.text('region'), signal),
    patiently: (cloud, retry) => ({ ...cloud, ask: (question) => retry(() => cloud.ask(question)) }),
    manualCommand: (id, locator) => `${commandOf(locator)} ${manualCommand(id)}`,
    isNotFound,
    isRefusal,
    isInUse,
    waits: () => ({
      codes: OPENSTACK_CODES,
      longestPause: longestPause(),
      hint: 'OpenStack may only be slow: "kiln gc" looks again, and removes what is left',
    }),
  });
}

function idsOf(things: readonly { readonly id: string }[]): readonly string[] {
  return things.map(({ id }) => id);
}

/** The key itself, without its type and its comment, which Nova may have changed. */
function keyIn(publicKey: string): string {
  return publicKey.trim().split(/\s+/)[1] ?? '';
}

async function findKeyPair(cloud: Cloud, locator: Locator): Promise<readonly string[]> {
  const name = locator.text('name');
  const found = await unlessGone(cloud.ask(({ compute }, call) => compute.keypairs.get(name, call)));
  // The name may be the template's, and such a key pair have been there before.
  return found !== undefined && keyIn(found.public_key) === keyIn(locator.text('publicKey')) ? [name] : [];
}

async function findVolumes(token: string, cloud: Cloud): Promise<readonly string[]> {
  const metadata = `{'${OWN_TAGS.token}': '${token}'}`;
  const found = await cloud.ask(({ blockStorage }, call) => blockStorage.volumes.list({ metadata }, call));
  // A Cinder that does not know the filter lists all.
  return idsOf(found.filter((volume) => volume.metadata[OWN_TAGS.token] === token));
}

async function findImages(token: string, cloud: Cloud): Promise<readonly string[]> {
  const found = await cloud.ask(({ image }, call) => image.images.list({ [OWN_TAGS.token]: token }, undefined, call));
  return idsOf(found.filter((image) => image[OWN_TAGS.token] === token));
}

/** What a floating IP is found by, which has no metadata. */
export function floatingIpMark(token: string): string {
  return `${OWN_TAGS.token}=${token}`;
}

/** The kinds of things that a component of this type makes in OpenStack. */
export function openstackKinds(type: string): OpenstackKinds {
  return {
    server: kindOf(`${type}:server`, {
      release: releaseServer,
      find: async (token, cloud) => {
        const metadata = { [OWN_TAGS.token]: token };
        return idsOf(await cloud.ask(({ compute }, call) => compute.servers.list({ metadata }, call)));
      },
      manualCommand: (id) => `server delete ${id}`,
    }),
    keyPair: kindOf(`${type}:key-pair`, {
      release: releaseKeyPair,
      find: (_token, cloud, locator) => findKeyPair(cloud, locator),
      manualCommand: (name) => `keypair delete ${name}`,
    }),
    floatingIp: kindOf(`${type}:floating-ip`, {
      release: releaseFloatingIp,
      find: async (token, cloud) => {
        const description = floatingIpMark(token);
        const found = await cloud.ask(({ network }, call) => network.floatingIps.list({ description }, call));
        return idsOf(found.filter((each) => each.description === description));
      },
      manualCommand: (id) => `floating ip delete ${id}`,
    }),
    volume: kindOf(`${type}:volume`, {
      release: releaseVolume,
      find: findVolumes,
      manualCommand: (id) => `volume delete ${id}`,
    }),
    image: kindOf(`${type}:image`, {
      release: releaseImage,
      find: findImages,
      manualCommand: (id) => `image delete ${id}`,
    }),
  };
}

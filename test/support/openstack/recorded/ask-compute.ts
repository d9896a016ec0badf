import { at, until, type Ask, type AskedCloud } from './cloud.ts';
import type { Places } from './ask-network.ts';

function version(number: string): Readonly<Record<string, string>> {
  return { 'openstack-api-version': `compute ${number}` };
}

const NEW = version('2.90');

async function askKeypairs(ask: Ask, url: string): Promise<void> {
  const pairs = `${url}/os-keypairs`;
  const made = await ask('nova key pair', 'POST', pairs, { keypair: { name: 'server-recorded' } });
  const key = at(made.body, 'keypair', 'public_key');
  await ask('nova key pair again', 'POST', pairs, { keypair: { name: 'server-recorded' } });
  await ask('nova show key pair', 'GET', `${pairs}/server-recorded`);
  await ask('nova show key pair, 2.90', 'GET', `${pairs}/server-recorded`, undefined, NEW);
  await ask('nova delete key pair', 'DELETE', `${pairs}/server-recorded`);
  await ask('nova delete key pair again', 'DELETE', `${pairs}/server-recorded`);
  const own = { keypair: { name: 'server-recorded', public_key: key, type: 'ssh' } };
  await ask('nova own key pair', 'POST', pairs, own, NEW);
  await ask('nova bad key', 'POST', pairs, { keypair: { name: 'server-bad', public_key: 'x' } }, NEW);
  await ask('nova key pair without key, 2.92', 'POST', pairs, { keypair: { name: 'server-bad' } }, version('2.92'));
  await ask('nova type of a key, 2.1', 'POST', pairs, { keypair: { name: 'server-bad', type: 'ssh' } });
}

interface Sources extends Places {
  readonly image: string;
  readonly flavor: string;
}

async function askRefusals(ask: Ask, servers: string, { image, flavor, port }: Sources): Promise<void> {
  const usual = { name: 'server-bad', flavorRef: flavor, imageRef: image, networks: [{ port }] };
  const wrong: readonly (readonly [string, object])[] = [
    ['nothing', {}],
    ['an unknown member', { ...usual, unknown: 1 }],
    ['a name of 5', { ...usual, name: 5 }],
    ['an unknown flavor', { ...usual, flavorRef: 'none' }],
    ['an unknown image', { ...usual, imageRef: port }],
    ['no image', { ...usual, imageRef: '' }],
    ['an unknown key pair', { ...usual, key_name: 'none' }],
    ['an unknown group', { ...usual, networks: [{ uuid: port }], security_groups: [{ name: 'none' }] }],
    ['an unknown network', { ...usual, networks: [{ uuid: port }] }],
    ['an unknown zone', { ...usual, availability_zone: 'none' }],
  ];
  for (const [what, server] of wrong) await ask(`nova server with ${what}`, 'POST', servers, { server });
  const { networks: _none, ...without } = usual;
  await ask('nova server without networks, 2.90', 'POST', servers, { server: without }, NEW);
}

async function askRunning(ask: Ask, url: string, server: string): Promise<void> {
  await ask('nova server', 'GET', server);
  await ask('nova server, 2.60', 'GET', server, undefined, version('2.60'));
  await ask('nova server, 2.90', 'GET', server, undefined, NEW);
  await ask('nova servers', 'GET', `${url}/servers?name=server-recorded&limit=1`);
  await ask('nova servers by tag', 'GET', `${url}/servers?tags=t1`, undefined, NEW);
  await ask('nova unknown filter, 2.90', 'GET', `${url}/servers?unknown=1`, undefined, NEW);
  await ask('nova interfaces', 'GET', `${server}/os-interface`);
  await ask('nova interfaces, 2.90', 'GET', `${server}/os-interface`, undefined, NEW);
  await ask('nova password', 'GET', `${server}/os-server-password`);
  await ask('nova console', 'POST', `${server}/action`, { 'os-getConsoleOutput': { length: 5 } });
  await ask('nova metadata', 'POST', `${server}/metadata`, { metadata: { c: 'd' } });
  await ask('nova metadata of 5', 'POST', `${server}/metadata`, { metadata: { c: 5 } });
  await ask('nova tags, 2.1', 'GET', `${server}/tags`);
  await ask('nova tags', 'GET', `${server}/tags`, undefined, NEW);
  await ask('nova volumes', 'GET', `${server}/os-volume_attachments`);
  await ask('nova unknown action', 'POST', `${server}/action`, { unknown: null });
  await ask('nova no action', 'POST', `${server}/action`, {});
}

async function askStop(cloud: AskedCloud, ask: Ask, server: string): Promise<void> {
  const isStopped = ({ body }: { readonly body: unknown }): boolean => at(body, 'server', 'status') === 'SHUTOFF';
  await ask('nova stop', 'POST', `${server}/action`, { 'os-stop': null });
  await ask('nova stop at once again', 'POST', `${server}/action`, { 'os-stop': null });
  await until(cloud.pause, () => ask('', 'GET', server), isStopped);
  await ask('nova stopped', 'GET', server, undefined, NEW);
  await ask('nova stop again', 'POST', `${server}/action`, { 'os-stop': null });
}

/** Makes an image and takes it away; then one that is lost with its server. */
async function askImages(cloud: AskedCloud, ask: Ask, server: string, imageUrl: string): Promise<string> {
  const create = { createImage: { name: 'server-recorded', metadata: { x: 'y' } } };
  await ask('nova image without name', 'POST', `${server}/action`, { createImage: {} });
  const made = await ask('nova createImage', 'POST', `${server}/action`, create);
  const image = `${imageUrl}/v2/images/${made.headers.get('location')?.split('/').at(-1) ?? ''}`;
  await ask('nova image just made', 'GET', image);
  await ask('nova createImage at once again', 'POST', `${server}/action`, create);
  const isIdle = ({ body }: { readonly body: unknown }): boolean =>
    at(body, 'server', 'OS-EXT-STS:task_state') === 'null';
  await until(cloud.pause, () => ask('', 'GET', server), isIdle);
  await ask('nova image', 'GET', image);
  await ask('', 'DELETE', image);
  const lost = await ask('nova createImage, 2.90', 'POST', `${server}/action`, create, NEW);
  return `${imageUrl}/v2/images/${at(lost.body, 'image_id')}`;
}

export async function askCompute(
  cloud: AskedCloud,
  ask: Ask,
  url: string,
  imageUrl: string,
  places: Places,
): Promise<void> {
  await ask('nova versions', 'GET', url.replace(/v2.1$/, ''));
  await ask('nova version', 'GET', url);
  await ask('nova unknown token', 'GET', `${url}/servers`, undefined, { 'x-auth-token': 'no' });
  await ask('nova 2.999', 'GET', `${url}/servers`, undefined, version('2.999'));
  await ask('nova no version', 'GET', `${url}/servers`, undefined, version('x'));
  await ask('nova no server', 'GET', `${url}/servers/none`);
  const flavors = await ask('nova flavors', 'GET', `${url}/flavors/detail`);
  await ask('nova flavors, 2.90', 'GET', `${url}/flavors/detail`, undefined, NEW);
  await ask('nova no flavor', 'GET', `${url}/flavors/none`);
  await askKeypairs(ask, url);
  const images = await ask('', 'GET', `${imageUrl}/v2/images?name=${cloud.image}`);
  const all = (flavors.body as { readonly flavors: readonly { readonly id: string; readonly name: string }[] }).flavors;
  const flavor = all.find(({ name }) => name === cloud.flavor)?.id ?? '';
  const sources = { ...places, image: at(images.body, 'images', 0, 'id'), flavor };
  await askRefusals(ask, `${url}/servers`, sources);
  const asked = {
    name: 'server-recorded',
    flavorRef: flavor,
    imageRef: sources.image,
    key_name: 'server-recorded',
    networks: [{ port: places.port }],
    metadata: { a: 'b' },
    tags: ['t1'],
    config_drive: true,
  };
  const made = await ask('nova create server', 'POST', `${url}/servers`, { server: asked }, NEW);
  const server = `${url}/servers/${at(made.body, 'server', 'id')}`;
  await ask('nova server that is built', 'GET', server);
  await ask('nova createImage too early', 'POST', `${server}/action`, { createImage: { name: 'x' } });
  await until(
    cloud.pause,
    () => ask('', 'GET', server),
    ({ body }) => at(body, 'server', 'status') === 'ACTIVE',
  );
  await askRunning(ask, url, server);
  await askStop(cloud, ask, server);
  const lost = await askImages(cloud, ask, server, imageUrl);
  await ask('nova delete server', 'DELETE', server);
  await until(
    cloud.pause,
    () => ask('', 'GET', server),
    ({ status }) => status === 404,
  );
  await ask('nova image lost with its server', 'GET', lost);
  await ask('nova delete server again', 'DELETE', server);
  await ask('nova force delete', 'POST', `${server}/action`, { forceDelete: null });
  await ask('', 'DELETE', `${url}/os-keypairs/server-recorded`);
}

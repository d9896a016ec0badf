import { at, until, type Ask, type AskedCloud } from './cloud.ts';

const PATCH = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
const BYTES = 'not a disk at all\n';
const FORMATS = { disk_format: 'raw', container_format: 'bare' };

async function askUpload(ask: Ask, images: string): Promise<void> {
  const made = await ask('glance create', 'POST', images, {
    name: 'server-1',
    ...FORMATS,
    tags: ['a'],
    own: 'b',
    min_disk: 1,
  });
  const image = `${images}/${at(made.body, 'id')}`;
  await ask('glance download of nothing', 'GET', `${image}/file`);
  await ask('glance upload of a text', 'PUT', `${image}/file`, BYTES, { 'content-type': 'text/plain' });
  await ask('glance upload', 'PUT', `${image}/file`, BYTES);
  await ask('glance second upload', 'PUT', `${image}/file`, BYTES);
  await ask('glance show', 'GET', image);
  await ask('glance download', 'GET', `${image}/file`);
  await ask('glance part of a download', 'GET', `${image}/file`, undefined, { range: 'bytes=4-7' });
  const patch = (name: string, ...changes: readonly object[]): Promise<unknown> =>
    ask(name, 'PATCH', image, changes, PATCH);
  await patch(
    'glance change',
    { op: 'replace', path: '/name', value: 'server-2' },
    { op: 'add', path: '/min_ram', value: 3 },
  );
  await patch('glance remove', { op: 'remove', path: '/own' });
  await ask('glance change as JSON', 'PATCH', image, []);
  await patch('glance change of status', { op: 'replace', path: '/status', value: 'killed' });
  await patch('glance change of what is not there', { op: 'replace', path: '/nothing', value: 'x' });
  await patch('glance unknown change', { op: 'swap', path: '/name', value: 'x' });
  await patch('glance wrong type', { op: 'replace', path: '/min_disk', value: 'x' });
  await patch('glance public', { op: 'replace', path: '/visibility', value: 'public' });
  await patch('glance tags', { op: 'replace', path: '/tags', value: ['q', 'r'] });
  await ask('glance add tag', 'PUT', `${image}/tags/t`);
  await ask('glance remove tag', 'DELETE', `${image}/tags/t`);
  await ask('glance remove tag again', 'DELETE', `${image}/tags/t`);
  await ask('glance deactivate', 'POST', `${image}/actions/deactivate`);
  await patch('glance protect', { op: 'replace', path: '/protected', value: true });
  await ask('glance delete protected', 'DELETE', image);
  await patch('glance unprotect', { op: 'replace', path: '/protected', value: false });
  await askMembers(ask, image);
  await patch('glance private', { op: 'replace', path: '/visibility', value: 'private' });
  await ask('glance member of private', 'POST', `${image}/members`, { member: '0'.repeat(32) });
  await ask('glance list', 'GET', `${images}?name=server-2&limit=1`);
  await ask('glance delete', 'DELETE', image);
  await ask('glance delete again', 'DELETE', image);
}

async function askMembers(ask: Ask, image: string): Promise<void> {
  const member = '0'.repeat(32);
  await ask('glance member', 'POST', `${image}/members`, { member });
  await ask('glance member again', 'POST', `${image}/members`, { member });
  await ask('glance no member', 'POST', `${image}/members`, {});
  await ask('glance members', 'GET', `${image}/members`);
  await ask("glance other's member", 'PUT', `${image}/members/${member}`, { status: 'accepted' });
  await ask('glance unknown member', 'GET', `${image}/members/nobody`);
  await ask('glance delete member', 'DELETE', `${image}/members/${member}`);
}

async function askImport(ask: Ask, images: string, pause: number): Promise<void> {
  const made = await ask('', 'POST', images, { name: 'server-3', ...FORMATS });
  const image = `${images}/${at(made.body, 'id')}`;
  await ask('glance import without address', 'POST', `${image}/import`, { method: { name: 'web-download' } });
  await ask('glance stage', 'PUT', `${image}/stage`, BYTES);
  await ask('glance staged', 'GET', image);
  await ask('glance unknown import', 'POST', `${image}/import`, { method: { name: 'magic' } });
  await ask('glance import without method', 'POST', `${image}/import`, {});
  await ask('glance download of staged', 'POST', `${image}/import`, {
    method: { name: 'web-download', uri: 'http://images.example.com/disk' },
  });
  await ask('glance import', 'POST', `${image}/import`, { method: { name: 'glance-direct' } });
  await until(
    pause,
    () => ask('', 'GET', image),
    ({ body }) => at(body, 'status') === 'active',
  );
  await until(
    pause,
    () => ask('', 'GET', `${image}/tasks`),
    ({ body }) => at(body, 'tasks', 0, 'status') === 'success',
  );
  await ask('glance imported', 'GET', image);
  await ask('glance tasks', 'GET', `${image}/tasks`);
  await ask('', 'DELETE', image);
}

export async function askImage({ pause }: AskedCloud, ask: Ask, url: string): Promise<void> {
  const images = `${url}/v2/images`;
  await ask('glance versions', 'GET', `${url}/`);
  await ask('glance unknown token', 'GET', images, undefined, { 'x-auth-token': 'no' });
  await ask('glance create nothing', 'POST', images, {}).then(({ body }) =>
    ask('', 'DELETE', `${images}/${at(body, 'id')}`),
  );
  await ask('glance name of 5', 'POST', images, { name: 5 });
  await ask('glance unknown visibility', 'POST', images, { visibility: 'none' });
  await ask('glance property of 5', 'POST', images, { own: 5 });
  await ask('glance size', 'POST', images, { size: 5 });
  await ask('glance no image', 'GET', `${images}/none`);
  await ask('glance unknown sort', 'GET', `${images}?sort_key=none`);
  await ask('glance unknown visibility in a list', 'GET', `${images}?visibility=none`);
  await ask('glance import methods', 'GET', `${url}/v2/info/import`);
  await askUpload(ask, images);
  await askImport(ask, images, pause);
}

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { temporaryUrl } from '../../../../../clients/openstack/index.ts';
import { startCloud } from '../scripted-cloud.ts';

const ACCOUNT = '/swift/v1/AUTH_p1';

function md5(data: Uint8Array): string {
  return createHash('md5').update(data).digest('hex');
}

const data = Buffer.from('seven bytes and more');

test('data is streamed with its length, and its ETag is that of what was sent', async () => {
  await using scripted = await startCloud(({ request }) => ({
    status: 201,
    headers: { etag: `"${md5(request.body)}"` },
  }));
  const { objects } = scripted.cloud.objectStore;
  const sent = { open: () => Readable.from([data.subarray(0, 3), data.subarray(3)]), length: data.length };
  const options = { type: 'text/plain', metadata: { run: 'r1' }, onlyNew: true };
  expect(await objects.put('images', 'a b/c#d', sent, options)).toBe(md5(data));
  expect(scripted.lines).toEqual([`PUT ${ACCOUNT}/images/a%20b/c%23d`]);
  expect(scripted.requests[0]?.body).toEqual(data);
  expect(scripted.requests[0]?.headers).toMatchObject({
    ...{ 'content-length': String(data.length), 'content-type': 'text/plain', 'x-auth-token': 't1' },
    ...{ 'x-object-meta-run': 'r1', 'if-none-match': '*' },
  });
  expect(scripted.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
});

test('data that did not arrive as it was sent is an error, and is deleted', async () => {
  await using scripted = await startCloud(({ request }) => {
    return request.method === 'PUT' ? { status: 201, headers: { etag: md5(Buffer.from('other')) } } : { status: 204 };
  });
  const put = scripted.cloud.objectStore.objects.put('images', 'x', { open: () => Readable.from([data]), length: 20 });
  await expect(put).rejects.toMatchObject({ reason: 'damaged' });
  expect(scripted.lines).toEqual([`PUT ${ACCOUNT}/images/x`, `DELETE ${ACCOUNT}/images/x`]);
});

test('a store that is too busy gets the data again from its beginning', async () => {
  await using scripted = await startCloud(({ request, before }) => {
    if (before === 0) return { status: 503, headers: { 'retry-after': '0' } };
    return { status: 201, headers: { etag: md5(request.body) } };
  });
  let opened = 0;
  const open = (): Readable => {
    opened += 1;
    return Readable.from([data]);
  };
  await scripted.cloud.objectStore.objects.put('images', 'x', { open, length: data.length });
  expect(opened).toBe(2);
});

test('segments are joined by a manifest, and a manifest that could not be deleted whole is an error', async () => {
  await using scripted = await startCloud(({ request }) => {
    if (request.method === 'PUT') return { status: 201, headers: { etag: '"m"' } };
    return { body: { 'Response Status': '409 Conflict', Errors: [['/parts/1', '409 Conflict']] } };
  });
  const { objects } = scripted.cloud.objectStore;
  const segments = [
    { container: 'parts', object: '1', etag: 'e1', length: 5 },
    { container: 'parts', object: '2' },
  ];
  expect(await objects.putManifest('images', 'x', segments)).toBe('m');
  expect(JSON.parse(scripted.requests[0]?.body.toString() ?? '')).toEqual([
    { path: '/parts/1', etag: 'e1', size_bytes: 5 },
    { path: '/parts/2' },
  ]);
  await expect(objects.delete('images', 'x', true)).rejects.toMatchObject({ reason: 'conflict' });
  expect(scripted.lines).toEqual([
    `PUT ${ACCOUNT}/images/x?multipart-manifest=put`,
    `DELETE ${ACCOUNT}/images/x?multipart-manifest=delete`,
  ]);
});

test('a part of an object is read, and what is beside it', async () => {
  await using scripted = await startCloud(({ request }) => {
    const headers = { etag: '"e"', 'x-object-meta-run': 'r1', 'x-static-large-object': 'True' };
    if (request.method === 'HEAD') return { headers: { ...headers, 'content-length': '7', 'content-type': 'a/b' } };
    const [, from = 0, to = data.length] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')?.map(Number) ?? [];
    return { status: 206, body: data.subarray(from, to + 1) };
  });
  const { objects } = scripted.cloud.objectStore;
  expect(await buffer(await objects.get('images', 'x', { from: 2, to: 5 }))).toEqual(data.subarray(2, 5));
  expect(await objects.head('images', 'x')).toEqual({
    ...{ length: 7, etag: 'e', type: 'a/b', manifest: true, metadata: { run: 'r1' } },
  });
});

test('a container is listed page by page', async () => {
  const all = Array.from({ length: 1002 }, (_, index) => ({ name: `o${String(index).padStart(4, '0')}` }));
  await using scripted = await startCloud(({ request }) => {
    const marker = new URL(request.url, 'http://x').searchParams.get('marker') ?? '';
    return { body: all.filter(({ name }) => name > marker).slice(0, 1000) };
  });
  expect(await scripted.cloud.objectStore.containers.list('images', { prefix: 'o' })).toHaveLength(1002);
  expect(scripted.lines).toEqual([
    `GET ${ACCOUNT}/images?prefix=o&format=json&limit=1000`,
    `GET ${ACCOUNT}/images?prefix=o&format=json&limit=1000&marker=o0999`,
  ]);
});

test('limits are asked for beside the account', async () => {
  await using scripted = await startCloud(() => ({
    body: { swift: { max_file_size: 9 }, slo: { max_manifest_segments: 3 } },
  }));
  expect(await scripted.cloud.objectStore.limits()).toEqual({ largestObject: 9, mostSegments: 3 });
  expect(scripted.lines).toEqual(['GET /swift/info']);
});

test('a temporary address is signed for its method, its end and its path', () => {
  const object = new URL('https://swift.example.com/v1/AUTH_p1/images/a%20b');
  const url = temporaryUrl(object, { method: 'GET', key: 'k', until: 1_800_000_000 });
  // By Python's hmac, over the path as Swift sees it.
  expect(url.searchParams.get('temp_url_expires')).toBe('1800000000');
  expect(url.searchParams.get('temp_url_sig')).toBe('4ad78a7ae30aaaf55deb74813023b0fdabcfd2bf51a66e22d1d67f757ee32824');
});

import { describe, expect, test } from 'vitest';
import { startCloud, type Reply } from '../scripted-cloud.ts';

/** The pages of a list, by their queries; hosts and schemes of links are those behind a proxy. */
type Pages = Readonly<Record<string, Reply['body']>>;

async function listed(
  pages: Pages,
  list: (cloud: Awaited<ReturnType<typeof startCloud>>) => Promise<readonly unknown[]>,
) {
  await using scripted = await startCloud(({ line }) => {
    const body = pages[line.replace(/^GET /, '')];
    return body === undefined ? { status: 404 } : { body };
  });
  return { found: await list(scripted), lines: scripted.lines };
}

describe('a list is read to its end', () => {
  test("by Nova's links", async () => {
    const { found } = await listed(
      {
        '/compute/v2.1/servers/detail?name=x': {
          servers: [{ id: 'a', metadata: {} }],
          servers_links: [{ rel: 'next', href: 'http://10.0.0.1:8774/v2.1/servers/detail?name=x&marker=a' }],
        },
        '/compute/v2.1/servers/detail?name=x&marker=a': { servers: [{ id: 'b', metadata: {} }] },
      },
      ({ cloud }) => cloud.compute.servers.list({ name: 'x' }),
    );
    expect(found).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  });

  test("by Glance's next", async () => {
    const { found } = await listed(
      {
        '/image/v2/images?tag=a&tag=b': { images: [{ id: 'a' }], next: '/v2/images?tag=a&tag=b&marker=a' },
        '/image/v2/images?tag=a&tag=b&marker=a': { images: [{ id: 'b' }], first: '/v2/images' },
      },
      ({ cloud }) => cloud.image.images.list({ tag: ['a', 'b'] }),
    );
    expect(found).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  test("by Neutron's links, which go both ways", async () => {
    const { found } = await listed(
      {
        '/network/v2.0/ports?device_id=s1': {
          ports: [{ id: 'a' }],
          ports_links: [
            { rel: 'next', href: 'http://n/v2.0/ports?limit=1&marker=a' },
            { rel: 'previous', href: 'http://n/v2.0/ports?limit=1&marker=a&page_reverse=True' },
          ],
        },
        '/network/v2.0/ports?limit=1&marker=a': {
          ports: [{ id: 'b' }],
          ports_links: [{ rel: 'previous', href: 'http://n/v2.0/ports?limit=1&marker=b&page_reverse=True' }],
        },
      },
      ({ cloud }) => cloud.network.ports.list({ device_id: 's1' }),
    );
    expect(found).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  test("by Cinder's links", async () => {
    const { found } = await listed(
      {
        '/volume/v3/p1/volumes/detail': {
          volumes: [{ id: 'a' }],
          volumes_links: [{ rel: 'next', href: 'http://c:8776/v3/p1/volumes/detail?marker=a' }],
        },
        '/volume/v3/p1/volumes/detail?marker=a': { volumes: [{ id: 'b' }], volumes_links: [] },
      },
      ({ cloud }) => cloud.blockStorage.volumes.list(),
    );
    expect(found).toEqual([{ id: 'a' }, { id: 'b' }]);
  });
});

test('no page more is read than is wanted', async () => {
  const { found, lines } = await listed(
    { '/image/v2/images': { images: [{ id: 'a' }, { id: 'b' }], next: '/v2/images?marker=b' } },
    ({ cloud }) => cloud.image.images.list({}, 1),
  );
  expect(found).toEqual([{ id: 'a' }]);
  expect(lines).toHaveLength(1);
});

test('pages that go round in a circle are an error', async () => {
  const page = { images: [{ id: 'a' }], next: '/v2/images?marker=a' };
  const pages = { '/image/v2/images': page, '/image/v2/images?marker=a': page };
  await expect(listed(pages, ({ cloud }) => cloud.image.images.list())).rejects.toMatchObject({ reason: 'bad-answer' });
});

test('servers are found by all of their metadata', async () => {
  const server = (id: string, metadata: object): object => ({ id, metadata });
  const { found } = await listed(
    { '/compute/v2.1/servers/detail': { servers: [server('a', { run: 'r', token: 't' }), server('b', { run: 'r' })] } },
    ({ cloud }) => cloud.compute.servers.list({ metadata: { run: 'r', token: 't' } }),
  );
  expect(found).toMatchObject([{ id: 'a' }]);
});

import { createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, isTransient, mayHaveHappened } from '../../../../../clients/openstack/index.ts';
import { startCloud, type Reply } from '../scripted-cloud.ts';

const server = { body: { server: { id: 's1', name: 'x' } } };
const SERVER = 'GET /compute/v2.1/servers/s1';
const REQUEST = { name: 'x', flavorRef: 'f1', imageRef: 'i1' };

describe('a request that changes nothing is sent again', () => {
  test.each<readonly [string, Reply | 'lost']>([
    ['after a lost answer', 'lost'],
    ['after 500', { status: 500 }],
    ['after 502', { status: 502 }],
    ['after 503', { status: 503 }],
    ['after 504', { status: 504 }],
    ['after 429', { status: 429 }],
    ['after 413 with Retry-After', { status: 413, headers: { 'retry-after': '0.01' } }],
  ])('%s', async (_what, reply) => {
    await using scripted = await startCloud(({ before }) => (before < 2 ? reply : server));
    expect((await scripted.cloud.compute.servers.get('s1')).id).toBe('s1');
    expect(scripted.lines).toEqual([SERVER, SERVER, SERVER]);
  });

  test('five times at most', async () => {
    await using scripted = await startCloud(() => ({ status: 503 }));
    const error: unknown = await scripted.cloud.compute.servers.get('s1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: 'unavailable', status: 503 });
    expect(isTransient(error)).toBe(true);
    expect(scripted.lines).toHaveLength(5);
  });

  test.each([400, 403, 404, 409, 501])('but not after %i', async (status) => {
    await using scripted = await startCloud(() => ({ status }));
    await expect(scripted.cloud.compute.servers.get('s1')).rejects.toMatchObject({ status });
    expect(scripted.lines).toHaveLength(1);
  });
});

describe('a request that makes something', () => {
  test.each<readonly [string, Reply]>([
    ['429', { status: 429 }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
  ])('is sent again after %s, for the server did nothing', async (_what, reply) => {
    await using scripted = await startCloud(({ before }) => (before === 0 ? reply : { status: 202, ...server }));
    expect((await scripted.cloud.compute.servers.create(REQUEST)).id).toBe('s1');
    expect(scripted.lines).toHaveLength(2);
  });

  test.each([500, 502, 503, 504])('is not sent again after %i', async (status) => {
    await using scripted = await startCloud(() => ({ status }));
    await expect(scripted.cloud.compute.servers.create(REQUEST)).rejects.toMatchObject({ status });
    expect(scripted.lines).toHaveLength(1);
  });

  test('is not sent again when its answer is lost, and the error says that it may have been carried out', async () => {
    await using scripted = await startCloud(() => 'lost');
    const error: unknown = await scripted.cloud.compute.servers.create(REQUEST).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: 'lost', mayHaveHappened: true, method: 'POST' });
    expect((error as Error).message).toContain('may have been carried out');
    expect(mayHaveHappened(error)).toBe(true);
    expect(scripted.lines).toHaveLength(1);
  });

  test('nor when the answer does not come in time', async () => {
    await using scripted = await startCloud(() => new Promise(() => undefined));
    await scripted.cloud.token();
    const create = scripted.cloud.compute.servers.create(REQUEST, undefined, { timeLimit: 100 });
    await expect(create).rejects.toMatchObject({ reason: 'lost', mayHaveHappened: true });
    // On a busy machine the time may be over before the server has it.
    expect(scripted.lines.length).toBeLessThan(2);
  });
});

test('nobody waits longer for a server than the settings allow', async () => {
  await using scripted = await startCloud(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
  await expect(scripted.cloud.compute.servers.get('s1')).rejects.toMatchObject({ retryAfter: 3_600_000 });
  expect(scripted.lines).toHaveLength(1);
});

test('an aborted call throws the reason of the signal, also while it waits to try again', async () => {
  await using scripted = await startCloud(() => ({ status: 503, headers: { 'retry-after': '0.09' } }));
  const reason = new Error('enough');
  const controller = new AbortController();
  const get = scripted.cloud.compute.servers.get('s1', { signal: controller.signal });
  while (scripted.lines.length === 0) await sleep(1);
  controller.abort(reason);
  await expect(get).rejects.toBe(reason);
  expect(scripted.lines.length).toBeLessThan(5);
});

test('who is not there is not asked twice as often for each service', async () => {
  const cloud = connect({
    authUrl: 'http://127.0.0.1:9/v3',
    login: { type: 'token', token: 't' },
    retries: { retries: 1, delay: 1 },
  });
  await expect(cloud.compute.flavors.list()).rejects.toMatchObject({
    ...{ reason: 'unreachable', service: 'identity', mayHaveHappened: false, code: 'ECONNREFUSED' },
  });
});

/** A server that answers by hand. */
async function startRaw(serve: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const raw: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    raw.close();
  });
  const address = raw.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

describe('an upload', () => {
  const chunk = Buffer.alloc(64 * 1024);

  function endless(): { readonly stream: Readable; readonly sent: () => number } {
    let sent = 0;
    const stream = new Readable({
      read() {
        sent += chunk.length;
        this.push(chunk);
      },
    });
    return { stream, sent: () => sent };
  }

  test('that is refused before it is through stops, and its reader is closed', async () => {
    const here = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\ncontent-length: 38\r\n\r\n');
        socket.write('{"message":"it exceeds the quota now"}');
        socket.resume();
      });
    });
    const { stream, sent } = endless();
    const cloud = connect({ login: { type: 'endpoint', endpoint: here } });
    const upload = cloud.image.images.upload('i1', { open: () => stream, length: 10 ** 12 });
    await expect(upload).rejects.toMatchObject({ reason: 'quota', status: 413 });
    expect(stream.destroyed).toBe(true);
    expect(sent()).toBeLessThan(100 * 1024 * 1024);
    cloud.close();
  });

  test('that nobody takes any more is given up', async () => {
    const here = await startRaw((socket) => socket.pause());
    const { stream } = endless();
    const cloud = connect({ login: { type: 'endpoint', endpoint: here }, timeLimits: { idle: 100 } });
    const upload = cloud.image.images.upload('i1', { open: () => stream, length: 10 ** 12 });
    await expect(upload).rejects.toMatchObject({ reason: 'lost', mayHaveHappened: true, code: 'ETIMEDOUT' });
    expect(stream.destroyed).toBe(true);
  });

  test('whose data cannot be read throws what the reader says', async () => {
    await using scripted = await startCloud(() => ({ status: 204 }));
    const reason = new Error('the disk is broken');
    const open = (): Readable =>
      new Readable({
        read: (): never => {
          throw reason;
        },
      });
    await expect(scripted.cloud.image.images.upload('i1', { open, length: 5 })).rejects.toBe(reason);
  });

  test('may take longer than a request', async () => {
    await using scripted = await startCloud(() => ({ status: 204 }));
    const login = { type: 'endpoint', endpoint: scripted.endpoint } as const;
    const cloud = connect({ login, timeLimits: { request: 100 } });
    const open = (): Readable =>
      Readable.from(
        (async function* () {
          for (let part = 0; part < 5; part += 1) {
            await sleep(50);
            yield Buffer.from('a');
          }
        })(),
      );
    await cloud.image.images.upload('i1', { open, length: 5 });
    cloud.close();
    expect(scripted.requests[0]?.body.toString()).toBe('aaaaa');
  });
});

test('a download that breaks off is an error of its stream', async () => {
  const here = await startRaw((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345');
      setTimeout(() => socket.destroy(), 20);
    });
  });
  const cloud = connect({ login: { type: 'endpoint', endpoint: here } });
  await expect(buffer(await cloud.image.images.download('i1'))).rejects.toThrow('aborted');
});

test('connections are kept for the next request', async () => {
  let connections = 0;
  const here = await startRaw((socket) => {
    connections += 1;
    socket.on('data', () =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"flavors":[]}'.replace('13', '14')),
    );
  });
  const cloud = connect({ login: { type: 'endpoint', endpoint: here } });
  for (let call = 0; call < 5; call += 1) await cloud.compute.flavors.list();
  expect(connections).toBe(1);
  cloud.close();
});

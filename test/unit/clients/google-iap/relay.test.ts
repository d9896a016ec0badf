import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRelay, RelayError, type RelayOptions } from '../../../../clients/google-iap/index.ts';
import { freePort } from '../../../support/ssh/sshd.ts';
import { startRelayServer, type RelayManners, type RelayServer } from '../../../support/gce/iap/relay-server.ts';

const target = { project: 'p', zone: 'europe-west1-b', instance: 'i', networkInterface: 'nic0', port: 22 };
const MIB = 1024 * 1024;

/** A server that does with each connection what `serve` says. */
async function backend(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function relay(port: number, manners: Partial<RelayManners> = {}): Promise<RelayServer> {
  const server = await startRelayServer({ believes: (token) => token === 'good', route: () => ({ port }), ...manners });
  onTestFinished(() => server.close());
  return server;
}

function options({ root }: RelayServer, more: Partial<RelayOptions> = {}): RelayOptions {
  return { root, target, headers: () => Promise.resolve({ authorization: 'Bearer good' }), ...more };
}

function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** Sends all of it, and resolves with as many bytes of what comes back. */
async function there(stream: Duplex, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const all = new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= bytes.length) resolve();
    });
  });
  stream.write(bytes);
  await all;
  return Buffer.concat(chunks);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function refusal(opening: Promise<unknown>): Promise<RelayError> {
  const error: unknown = await opening.catch((caught: unknown) => caught);
  if (error instanceof RelayError) return error;
  throw new Error('nothing was refused', { cause: error });
}

describe('what is written comes out at the port', () => {
  test('and what the port says comes back', async () => {
    const server = await relay(await backend(echo));
    const stream = await openRelay(options(server));
    const bytes = randomBytes(3 * MIB);
    expect(digest(await there(stream, bytes))).toBe(digest(bytes));
    stream.destroy();
    expect(server.calls).toEqual([
      '/v4/connect?project=p&zone=europe-west1-b&instance=i&interface=nic0&port=22&newWebsocket=True',
    ]);
  });

  test('each byte once, however often the connection is cut', async () => {
    const server = await relay(await backend(echo), { cutAfter: 400_000 });
    const cuts: string[] = [];
    const stream = await openRelay(options(server, { onCut: (reason) => cuts.push(reason) }));
    const bytes = randomBytes(4 * MIB);
    expect(digest(await there(stream, bytes))).toBe(digest(bytes));
    stream.destroy();
    expect(cuts.length).toBeGreaterThan(5);
    expect(server.calls[1]).toMatch(/^\/v4\/reconnect\?sid=[\w-]+&ack=\d+&zone=europe-west1-b&newWebsocket=True$/);
  });

  test('when no acknowledgement arrives, by taking the connection up again', async () => {
    const server = await relay(await backend((socket) => void socket.resume()), { losesAcks: true });
    const stream = await openRelay(options(server, { silence: 300 }));
    const bytes = randomBytes(6 * MIB);
    await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
    stream.destroy();
    expect(server.calls.some((call) => call.includes('reconnect'))).toBe(true);
  });

  test('when the relay falls silent, which pings tell', async () => {
    const server = await relay(await backend(echo));
    const stream = await openRelay(options(server, { silence: 300 }));
    expect((await there(stream, Buffer.from('a'))).toString()).toBe('a');
    await delay(500);
    expect(server.calls).toHaveLength(1);
    server.freeze();
    stream.write('b');
    const [answer] = (await once(stream, 'data')) as [Buffer];
    expect(answer.toString()).toBe('b');
    expect(server.calls).toHaveLength(2);
    stream.destroy();
  });

  test('also the last of it, when the writer ends', async () => {
    const arrived = Promise.withResolvers<Buffer>();
    const port = await backend((socket) => void buffer(socket).then(arrived.resolve, arrived.reject));
    const stream = await openRelay(options(await relay(port)));
    const bytes = randomBytes(MIB);
    stream.end(bytes);
    // The relay destroys the connection to the port when its client has gone; all that came before is there.
    expect(digest(await arrived.promise)).toBe(digest(bytes));
  });

  test('and when the port ends, so does the stream', async () => {
    const port = await backend((socket) => void socket.end('that was all'));
    const stream = await openRelay(options(await relay(port)));
    expect((await buffer(stream)).toString()).toBe('that was all');
  });
});

test('a reader who is slow holds the port up', async () => {
  const bytes = randomBytes(8 * MIB);
  const server = await relay(await backend((socket) => void socket.end(bytes)));
  const stream = await openRelay(options(server));
  stream.pause();
  await delay(500);
  expect(stream.readableLength).toBeLessThan(256 * 1024);
  expect(server.mostAhead()).toBeLessThan(4 * MIB);
  expect(digest(await buffer(stream))).toBe(digest(bytes));
});

describe('who is not let through is told why', () => {
  test.each([
    [4003, 'no-answer', '35.235.240.0/20'],
    [4033, 'forbidden', 'roles/iap.tunnelResourceAccessor'],
    [4047, 'unknown-instance', 'new instance'],
  ])('%i', async (code, problem, hint) => {
    const server = await relay(0, { route: () => ({ code, reason: 'says the relay' }) });
    const error = await refusal(openRelay(options(server)));
    expect(error).toMatchObject({ problem, code });
    expect(error.message).toContain(`${code}: says the relay`);
    expect(error.hint).toContain(hint);
  });

  test('a port where nobody listens', async () => {
    const server = await relay(await freePort());
    expect((await refusal(openRelay(options(server)))).problem).toBe('no-answer');
  });

  test('a login that is not believed', async () => {
    const server = await relay(0);
    const headers = (): Promise<Record<string, string>> => Promise.resolve({ authorization: 'Bearer bad' });
    expect((await refusal(openRelay(options(server, { headers })))).problem).toBe('unauthorized');
  });

  test('a status of HTTP, and a relay that is not there', async () => {
    const server = await relay(0, { status: 403 });
    expect(await refusal(openRelay(options(server)))).toMatchObject({ problem: 'forbidden', code: 403 });
    const nobody = { ...server, root: `ws://127.0.0.1:${await freePort()}/v4/` };
    expect((await refusal(openRelay(options(nobody)))).problem).toBe('unreachable');
  });

  test('a connection that the relay has forgotten', async () => {
    const server = await relay(await backend(echo), { forgets: true });
    const stream = await openRelay(options(server));
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
    server.cut();
    expect(await failed).toMatchObject({ problem: 'lost', code: 4001 });
  });

  test('who gives up waiting', async () => {
    const server = await relay(await backend(echo));
    const over = new AbortController();
    const opening = openRelay(options(server, { signal: over.signal }));
    over.abort(new Error('given up'));
    await expect(opening).rejects.toThrow('given up');
  });
});

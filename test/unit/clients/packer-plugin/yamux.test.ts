import { duplexPair, type Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Flag, frameHeader, FrameType } from '../../../../clients/packer-plugin/yamux/frame.ts';
import { openYamux, type YamuxSession } from '../../../../clients/packer-plugin/yamux/session.ts';

interface Ends {
  readonly client: YamuxSession;
  /** The next stream that the client has opened. */
  readonly accept: () => Promise<Duplex>;
}

function pair(): Ends {
  const [left, right] = duplexPair();
  const accepted: Duplex[] = [];
  openYamux(right, 'server', (stream) => accepted.push(stream));
  return {
    client: openYamux(left, 'client', () => undefined),
    accept: async () => {
      await expect.poll(() => accepted.length).toBeGreaterThan(0);
      return accepted.shift() ?? left;
    },
  };
}

/** A session's bare other side. */
function bare(): { session: YamuxSession; peer: Duplex; opened: Duplex[] } {
  const [left, peer] = duplexPair();
  const opened: Duplex[] = [];
  return { session: openYamux(left, 'client', (stream) => opened.push(stream)), peer, opened };
}

async function readAll(stream: Duplex): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const header = (type: number, flags: number, stream: number, length: number): Buffer =>
  frameHeader({ type, flags, stream, length });

test('a stream carries more than its window both ways', async () => {
  const { client, accept } = pair();
  const content = Buffer.alloc(5_000_003, 'kiln yamux');
  const stream = client.open();
  stream.end(content);
  const other = await accept();
  other.pipe(other);
  expect((await readAll(stream)).equals(content)).toBe(true);
});

test('who does not read is sent a window and no more', async () => {
  const { client, accept } = pair();
  const stream = client.open();
  let taken = 0;
  const write = (): void => {
    if (taken === 100) return;
    taken += 1;
    stream.write(Buffer.alloc(65_536), write);
  };
  write();
  const other = await accept();
  await delay(50);
  expect(taken).toBeLessThanOrEqual(5);
  other.resume();
  await expect.poll(() => taken).toBe(100);
});

test('a stream that is given up breaks at the other side, and no other does', async () => {
  const { client, accept } = pair();
  const [first, second] = [client.open(), client.open()];
  const other = await accept();
  const another = await accept();
  first.destroy();
  await expect(readAll(other)).rejects.toThrow('gave up the stream');
  second.end('still here');
  expect(String(await readAll(another))).toBe('still here');
});

test('a ping is answered with its value', async () => {
  const { peer } = bare();
  peer.write(header(FrameType.ping, Flag.syn, 0, 7));
  await expect.poll(() => peer.read() as unknown).toEqual(header(FrameType.ping, Flag.ack, 0, 7));
});

test.each([
  ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a type that there is not', header(9, 0, 0, 0)],
  ['a stream that is ours to open', header(FrameType.window, Flag.syn, 1, 0)],
  [
    'a stream twice',
    Buffer.concat([header(FrameType.window, Flag.syn, 2, 0), header(FrameType.window, Flag.syn, 2, 0)]),
  ],
  [
    'more than the window',
    Buffer.concat([
      header(FrameType.window, Flag.syn, 2, 0),
      header(FrameType.data, 0, 2, 300_000),
      Buffer.alloc(300_000),
    ]),
  ],
])('%s ends the session, and its streams', async (_what, bytes) => {
  const { session, peer } = bare();
  const stream = session.open();
  const broken = readAll(stream);
  peer.write(bytes);
  expect(await session.ended).toMatchObject({ reason: 'broken' });
  await expect(broken).rejects.toMatchObject({ reason: 'broken' });
  expect(() => session.open()).toThrow('has ended');
});

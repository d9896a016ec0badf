import { duplexPair } from 'node:stream';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { readHandshake } from '../../../../clients/packer-plugin/index.ts';
import { commandFinished, readCommandFinished } from '../../../../clients/packer-plugin/gob/command-finished.ts';
import { decodeGob } from '../../../../clients/packer-plugin/gob/decode.ts';
import { readMessages, requestBytes } from '../../../../clients/packer-plugin/rpc/messages.ts';
import { specFromGob } from '../../../../clients/packer-plugin/spec/from-gob.ts';
import { specFromProtobuf } from '../../../../clients/packer-plugin/spec/from-protobuf.ts';
import { openYamux } from '../../../../clients/packer-plugin/yamux/session.ts';

describe('the first line', () => {
  test.each([
    ['5|unix|/tmp/packer-plugin1', { apiVersion: '5', socket: { path: '/tmp/packer-plugin1' } }],
    ['5|0|unix|/tmp/packer-plugin1\n', { apiVersion: '5.0', socket: { path: '/tmp/packer-plugin1' } }],
    ['5|0|tcp|127.0.0.1:10001', { apiVersion: '5.0', socket: { host: '127.0.0.1', port: 10_001 } }],
    ['5|0|tcp|[::1]:10001', { apiVersion: '5.0', socket: { host: '::1', port: 10_001 } }],
  ])('%j', (line, address) => {
    expect(readHandshake(line)).toEqual(address);
  });

  test.each([
    '',
    'This binary is a plugin',
    '5|0|udp|127.0.0.1:1',
    '5|0|tcp|192.0.2.1:80',
    '5|x|unix|/tmp/a',
    '5|unix|',
    '1|2|3|unix|/a',
  ])('%j is refused', (line) => {
    expect(() => readHandshake(line)).toThrow(/its first line is not|no socket of this machine/);
  });
});

test.each([0, 1, 3, 63, 64, 127, 128, 255, 256, 65_535, -1, -200])('exit status %d goes through gob', (status) => {
  expect(readCommandFinished(commandFinished(status))).toBe(status);
});

test("the bytes of an exit status are those of Debian's packer", () => {
  const definition = '2cff810301010f436f6d6d616e6446696e697368656401ff82000101010a457869745374617475730104000000';
  expect(commandFinished(0).toString('hex')).toBe(`${definition}03ff8200`);
  expect(commandFinished(3).toString('hex')).toBe(`${definition}05ff82010600`);
});

/** An `Attr` of the name, of a type that is a message, as a `Spec`. */
function attribute(name: string, type: Uint8Array, required = false): Uint8Array {
  const attr = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(name)
    .tag(2, WireType.LengthDelimited)
    .bytes(type)
    .tag(3, WireType.Varint)
    .bool(required)
    .finish();
  return new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(attr).finish();
}

function typeMessage(field: number, inner: Uint8Array | string): Uint8Array {
  const body = new BinaryWriter().tag(1, WireType.LengthDelimited);
  const finished = (typeof inner === 'string' ? body.string(inner) : body.bytes(inner)).finish();
  return new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(finished).finish();
}

function objectOf(specs: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, spec] of Object.entries(specs)) {
    writer
      .tag(1, WireType.LengthDelimited)
      .bytes(
        new BinaryWriter()
          .tag(1, WireType.LengthDelimited)
          .string(name)
          .tag(2, WireType.LengthDelimited)
          .bytes(spec)
          .finish(),
      );
  }
  return writer.finish();
}

test('options by protobuf', () => {
  const text = typeMessage(1, 'string');
  const inner = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .bytes(objectOf({ size: attribute('size', typeMessage(1, 'number')) }))
    .finish();
  const disks = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string('disks')
    .tag(2, WireType.LengthDelimited)
    .bytes(inner)
    .finish();
  const spec = objectOf({
    name: attribute('name', text, true),
    tags: attribute('tags', typeMessage(3, text)),
    ports: attribute('ports', typeMessage(2, typeMessage(1, '"number"'))),
    debug: attribute('debug', typeMessage(1, 'bool')),
    disks: new BinaryWriter().tag(4, WireType.LengthDelimited).bytes(disks).finish(),
    later: new Uint8Array(),
  });
  const number = { kind: 'number' } as const;
  expect(specFromProtobuf(spec)).toEqual(
    new Map<string, unknown>([
      ['name', { type: { kind: 'string' }, required: true }],
      ['tags', { type: { kind: 'map', element: { kind: 'string' } }, required: false }],
      ['ports', { type: { kind: 'list', element: number }, required: false }],
      ['debug', { type: { kind: 'boolean' }, required: false }],
      [
        'disks',
        {
          type: {
            kind: 'list',
            element: { kind: 'object', options: new Map([['size', { type: number, required: false }]]) },
          },
          required: false,
        },
      ],
      ['later', { type: { kind: 'any' }, required: false }],
    ]),
  );
});

/** The same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

/** Bytes that nearly are right: some changed, some cut off, some twice. */
function damaged(bytes: Uint8Array, next: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = 1 + next(4); times > 0; times -= 1) copy[next(copy.length)] = next(256);
  return (
    [copy, copy.subarray(0, next(copy.length)), Buffer.concat([copy, copy.subarray(next(copy.length))])][next(3)] ??
    copy
  );
}

const ROUNDS = process.env['KILN_LONG_TESTS'] === undefined ? 2000 : 100_000;

describe(
  `${String(ROUNDS)} damaged inputs are read or refused, and take no memory to speak of`,
  { timeout: 600_000 },
  () => {
    const gob = commandFinished(9);
    const spec = objectOf({ name: attribute('name', typeMessage(2, typeMessage(1, 'string')), true) });
    const decoders: readonly (readonly [string, Uint8Array, (bytes: Buffer) => unknown])[] = [
      ['gob', gob, decodeGob],
      ['options by gob', gob, specFromGob],
      ['options by protobuf', spec, specFromProtobuf],
      ['the first line', Buffer.from('5|0|tcp|127.0.0.1:10001'), (bytes) => readHandshake(bytes.toString('latin1'))],
    ];

    test.each(decoders)('%s', (_name, right, decode) => {
      const next = numbers(1);
      const before = process.memoryUsage().rss;
      for (let round = 0; round < ROUNDS; round += 1) {
        try {
          decode(damaged(right, next));
        } catch (error) {
          expect(error).toMatchObject({ reason: 'broken' });
        }
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    });

    test('MessagePack of net/rpc', async () => {
      const next = numbers(2);
      const right = requestBytes('Ui.Say', 4, {
        Name: 'x',
        Data: [1, -2, 3.5, null, new Uint8Array(3), { deep: ['er'] }],
      });
      for (let round = 0; round < ROUNDS; round += 1) {
        const [end, other] = duplexPair();
        other.end(damaged(right, next));
        try {
          for await (const { header } of readMessages(end)) expect(typeof header.method).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ reason: 'broken' });
        }
      }
    });

    test('yamux', async () => {
      const next = numbers(3);
      const right = Buffer.concat(
        [
          [1, 1, 2, 0],
          [0, 0, 2, 5],
        ].map(([type = 0, flags = 0, stream = 0, length = 0]) => {
          const header = Buffer.alloc(12);
          header.writeUInt8(type, 1);
          header.writeUInt16BE(flags, 2);
          header.writeUInt32BE(stream, 4);
          header.writeUInt32BE(length, 8);
          return type === 0 ? Buffer.concat([header, Buffer.from('bytes')]) : header;
        }),
      );
      for (let round = 0; round < ROUNDS; round += 1) {
        const [end, other] = duplexPair();
        const session = openYamux(end, 'client', (stream) => stream.resume());
        other.end(damaged(right, next));
        other.resume();
        expect(await session.ended).toMatchObject({ reason: 'broken' });
      }
    });
  },
);

test('an option by gob whose name is __proto__ is an option', () => {
  expect(() => specFromGob(encode({ __proto__: 1 }))).toThrow();
});

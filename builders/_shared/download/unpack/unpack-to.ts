import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip, createZstdDecompress } from 'node:zlib';
import { runProgram } from '../../../../plugins/sdk/host.ts';
import type { Packing } from './packing.ts';
import { findZipMember } from './zip-member.ts';

type Unpack = (packed: string, to: string, signal: AbortSignal) => Promise<void>;

function byProgram(program: 'xz' | 'bzip2'): Unpack {
  return async (packed, to, signal) => {
    await runProgram(program, ['-dc', packed], { signal, stdoutFile: to });
  };
}

function byStream(decoder: () => NodeJS.ReadWriteStream): Unpack {
  return (packed, to, signal) =>
    pipeline(createReadStream(packed, { highWaterMark: 1 << 20 }), decoder(), createWriteStream(to, { flags: 'wx' }), {
      signal,
    });
}

/** An archive with one file in it, which is all that its text may be. */
async function fromTar(packed: string, to: string, signal: AbortSignal): Promise<void> {
  const found = { files: 0, others: 0 };
  await runProgram('tar', ['-tvf', packed], {
    signal,
    onLine: (stream, line) => {
      if (stream !== 'stdout' || line.startsWith('d')) return;
      if (line.startsWith('-')) found.files += 1;
      else found.others += 1;
    },
  });
  if (found.files !== 1 || found.others > 0) {
    throw new Error(`the archive has ${found.files} files and ${found.others} links or the like, and not one file`);
  }
  await runProgram('tar', ['-xOf', packed], { signal, stdoutFile: to });
}

async function fromZip(packed: string, to: string, signal: AbortSignal): Promise<void> {
  const member = await findZipMember(packed);
  let [crc, size] = [0, 0];
  const check = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      crc = crc32(chunk, crc);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const content: Readable = member.read();
  await pipeline(content, check, createWriteStream(to, { flags: 'wx' }), { signal });
  if (crc !== member.crc || size !== member.size) throw new Error('the archive is damaged');
}

const unpackers: Readonly<Record<Packing, Unpack>> = {
  bz2: byProgram('bzip2'),
  gz: byStream(createGunzip),
  tar: fromTar,
  xz: byProgram('xz'),
  zip: fromZip,
  zst: byStream(createZstdDecompress),
};

/** Unpacks a file into a new one. Throws what the system and `runProgram` do, and `Error` for what cannot be unpacked. */
export function unpackTo(packing: Packing, packed: string, to: string, signal: AbortSignal): Promise<void> {
  return unpackers[packing](packed, to, signal);
}

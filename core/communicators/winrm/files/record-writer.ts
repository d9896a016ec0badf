import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectorySync } from '../../../files/make-directory.ts';
import { isPlainName } from '../../guest-names.ts';

export interface RecordWriter {
  /** Takes one record; never throws. */
  take(line: string): void;
  /** What went wrong: here, or in the guest. Undefined when all arrived. */
  finish(): string | undefined;
}

interface OpenFile {
  readonly name: string;
  readonly place: string;
  readonly part: string;
  readonly descriptor: number;
  readonly hash: Hash;
}

/**
 * Writes what the guest sends below `destination`, or as `destination` itself when the name is empty. Each file goes to
 * its place when it is whole. `mark` ends the names of files that are not. `skip` is told what the guest did not send,
 * `onFile` the name of each file that is at its place.
 */
export function recordWriter(
  destination: string,
  mark: string,
  skip: (path: string) => void,
  onFile?: (name: string) => void,
): RecordWriter {
  let open: OpenFile | undefined;
  let failure: string | undefined;
  let whole = false;

  const nameOf = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');
  const placeOf = (name: string): string => {
    if (name === '') return destination;
    if (!name.split('/').every((part) => isPlainName(part, 'windows')))
      throw new Error(`the guest names a file ${JSON.stringify(name)}`);
    return join(destination, name);
  };
  const giveUp = (): void => {
    if (open === undefined) return;
    closeSync(open.descriptor);
    rmSync(open.part, { force: true });
    open = undefined;
  };
  const begin = (encoded: string): void => {
    const name = nameOf(encoded);
    const place = placeOf(name);
    const part = `${place}.kiln-${mark}`;
    makeDirectorySync(dirname(place));
    open = { name, place, part, descriptor: openSync(part, 'wx'), hash: createHash('sha256') };
  };
  const add = (data: Buffer): void => {
    if (open === undefined) throw new Error('the guest sends data of no file');
    for (let written = 0; written < data.length;) written += writeSync(open.descriptor, data, written);
    open.hash.update(data);
  };
  const end = (hash: string): void => {
    if (open === undefined) throw new Error('the guest ends a file that it did not begin');
    const { name, place, part, descriptor, hash: own } = open;
    if (own.digest('hex').toUpperCase() !== hash) throw new Error(`${place} did not arrive as it was sent`);
    closeSync(descriptor);
    open = undefined;
    renameSync(part, place);
    onFile?.(name);
  };
  const act = (kind: string, rest: string): void => {
    if (kind === 'F') begin(rest);
    else if (kind === '+') add(Buffer.from(rest, 'base64'));
    else if (kind === 'E') end(rest);
    else if (kind === 'D') makeDirectorySync(placeOf(nameOf(rest)));
    else if (kind === 'S') skip(nameOf(rest));
    else if (kind === 'Q') whole = true;
    else if (kind === '!') throw new Error(Buffer.from(rest, 'base64').toString('utf8'));
  };
  return {
    take: (line) => {
      if (failure !== undefined) return;
      try {
        act(line.slice(0, 1), line.slice(1));
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        giveUp();
      }
    },
    finish: () => {
      giveUp();
      return failure ?? (whole ? undefined : 'not all of it arrived');
    },
  };
}

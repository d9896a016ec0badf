import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';

/** What is known of a file that was downloaded in part. */
export interface PartFacts {
  /** Of the address, which may hold secrets. */
  readonly urlDigest: string;
  /** Strong ETag or date of the version that the part is of. */
  readonly validator?: string;
  /** Bytes of the whole. */
  readonly total?: number;
}

export interface Beginning {
  readonly validator: string | undefined;
  readonly total: number | undefined;
  readonly resumable: boolean;
}

/** Tells addresses apart without naming them. */
export function urlDigestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}

/** A download that is not whole yet, and what is known of it, in a file beside. */
export interface Part {
  readonly path: string;
  /** Bytes that are there and may be gone on from; 0 when there are none. */
  usable(): Promise<number>;
  facts(): Promise<PartFacts | undefined>;
  /** Throws away what is there. Of one that is not `resumable` nothing is kept for a later try. */
  begin(facts: Beginning): Promise<void>;
  discard(): Promise<void>;
}

/**
 * The part of `url` at `path`. One with a validator is gone on from at the same address; where a digest is compared in
 * the end (`isCompared`), any part is, since a wrong one is found out.
 */
export function partAt(path: string, url: string, isCompared: boolean): Part {
  const factsPath = `${path}.json`;
  const urlDigest = urlDigestOf(url);
  const discard = async (): Promise<void> => {
    await rm(path, { force: true });
    await rm(factsPath, { force: true });
  };
  const facts: Part['facts'] = async () => {
    try {
      return JSON.parse(await readFile(factsPath, 'utf8')) as PartFacts;
    } catch {
      return undefined;
    }
  };
  return {
    path,
    facts,
    usable: async () => {
      const known = await facts();
      if (known === undefined) return 0;
      if (!isCompared && (known.urlDigest !== urlDigest || known.validator === undefined)) return 0;
      return stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    },
    begin: async ({ validator, total, resumable }) => {
      await discard();
      if (!resumable) return;
      const facts: PartFacts = {
        urlDigest,
        ...(validator === undefined ? {} : { validator }),
        ...(total === undefined ? {} : { total }),
      };
      await writeFile(factsPath, JSON.stringify(facts));
    },
    discard,
  };
}

/** What tells versions of a file apart; undefined when the server says nothing that can be relied on. */
export function validatorOf({ etag, 'last-modified': date }: IncomingHttpHeaders): string | undefined {
  return etag?.startsWith('"') === true ? etag : date;
}

import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** What is known of a file that was downloaded in part. */
export interface PartFacts {
  readonly url: string;
  /** Strong ETag or date of the version that the part is of. */
  readonly validator?: string;
  /** Bytes of the whole. */
  readonly total?: number;
}

/** A download that is not whole yet, and what is known of it, in a file beside. */
export interface Part {
  readonly path: string;
  /** Bytes that are there and may be gone on from; 0 when there are none. */
  usable(): Promise<number>;
  facts(): Promise<PartFacts | undefined>;
  begin(facts: PartFacts): Promise<void>;
  discard(): Promise<void>;
}

/**
 * The part of `url` at `path`. One with a validator is gone on from at the same address; where a digest is compared in
 * the end (`isCompared`), any part is, since a wrong one is found out.
 */
export function partAt(path: string, url: string, isCompared: boolean): Part {
  const factsPath = `${path}.json`;
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
      if (!isCompared && (known.url !== url || known.validator === undefined)) return 0;
      return stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    },
    begin: (known) => writeFile(factsPath, JSON.stringify(known)),
    discard: async () => {
      await rm(path, { force: true });
      await rm(factsPath, { force: true });
    },
  };
}

/** What tells versions of a file apart; undefined when the server says nothing that can be relied on. */
export function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag?.startsWith('"') === true) return etag;
  return headers.get('last-modified') ?? undefined;
}

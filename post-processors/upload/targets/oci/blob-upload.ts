import type { IncomingMessage } from 'node:http';
import { damaged, forgotten } from '../../../_transfer/failure.ts';
import type { Part, UploadInParts } from '../store.ts';
import type { Ask } from './registry.ts';

const PART = 16 * 1_048_576;
const MISSING = 404;

export interface BlobPlace {
  readonly ask: Ask;
  readonly repository: string;
  readonly url: string;
}

/** Whether the registry has a blob. */
export async function hasBlob({ ask, repository, url }: BlobPlace, sha256: string): Promise<boolean> {
  const path = `/v2/${repository}/blobs/sha256:${sha256}`;
  const answer = await ask('HEAD', path, { doing: `look for ${url}` }, [MISSING]);
  answer.resume();
  return answer.statusCode !== MISSING;
}

/** How many bytes an answer about an upload says are there. */
function offsetOf(answer: IncomingMessage): number {
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '') ?? [];
  // "0-0" is what registries say of an upload without a byte.
  return last === undefined || last === '0' ? 0 : Number(last) + 1;
}

/** Where an upload is and how far it is; undefined when the registry does not know it. */
export async function uploadStatus(
  { ask, url }: BlobPlace,
  location: string,
): Promise<{ readonly offset: number; readonly location: string } | undefined> {
  const answer = await ask('GET', location, { doing: `look at ${url}` }, [MISSING, 400, 416]);
  answer.resume();
  if ((answer.statusCode ?? 0) >= 400) return undefined;
  return { offset: offsetOf(answer), location: answer.headers.location ?? location };
}

/** A blob that goes in parts, one after the other. */
export function blobUpload(
  place: BlobPlace,
  begun: { readonly offset: number; readonly location: string },
  note: (location: string) => Promise<void>,
): UploadInParts {
  const { ask, url } = place;
  let { location } = begun;
  /** Undefined while it is not known what has arrived. */
  let offset: number | undefined = begun.offset;

  async function send(part: Part, bytes: Buffer, signal: AbortSignal): Promise<void> {
    if (offset === undefined) {
      const status = await uploadStatus(place, location);
      if (status === undefined) throw forgotten(url);
      ({ offset, location } = status);
    }
    const done = offset - part.position;
    if (done < 0) throw forgotten(url);
    if (done >= bytes.length) return;
    const rest = bytes.subarray(done);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(rest.length),
      'content-range': `${offset}-${offset + rest.length - 1}`,
    };
    const from = offset;
    offset = undefined;
    const answer = await ask('PATCH', location, { doing: `write ${url}`, headers, body: () => rest, signal });
    answer.resume();
    location = answer.headers.location ?? location;
    await note(location);
    offset = from + rest.length;
  }

  return {
    partSize: PART,
    atOnce: 1,
    isThere: ({ position, length }) => length > 0 && position + length <= begun.offset,
    put: send,
    publish: async (sha256) => {
      if (!(await hasBlob(place, sha256))) {
        const digest = `digest=${encodeURIComponent(`sha256:${sha256}`)}`;
        const to = `${location}${location.includes('?') ? '&' : '?'}${digest}`;
        const headers = { 'content-length': '0' };
        const answer = await ask('PUT', to, { doing: `write ${url}`, headers }, [400, MISSING]);
        answer.resume();
        if (answer.statusCode === 400) throw damaged(url, 'the registry has another digest of it');
        if (answer.statusCode === MISSING && !(await hasBlob(place, sha256))) throw forgotten(url);
      }
    },
  };
}

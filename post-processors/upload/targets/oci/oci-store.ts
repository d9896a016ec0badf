import { basename, join } from 'node:path';
import { sha256Of } from '../../send/digest-source.ts';
import type { TargetOptions } from '../../plan/plan-uploads.ts';
import { damaged, refused } from '../../../_transfer/failure.ts';
import { halfText } from '../half.ts';
import { sideRecord } from '../../../_transfer/side-record.ts';
import type { HttpServer } from '../../../_transfer/exchange.ts';
import type { SentFile, Store, UploadFile } from '../store.ts';
import { blobUpload, hasBlob, uploadStatus, type BlobPlace } from './blob-upload.ts';
import { imageName } from './image-name.ts';
import { ARTIFACT_TYPE, EMPTY, manifestOf, MANIFEST_TYPE, sha256 } from './manifest.ts';
import { addReferrer, describe } from './referrers.ts';
import type { Ask } from './registry.ts';
import { tagRetention } from './tag-retention.ts';

export interface Repository {
  readonly ask: Ask;
  readonly server: HttpServer;
  readonly repository: string;
  readonly options: TargetOptions;
  readonly signal: AbortSignal;
  /** Directory for side records. */
  readonly records: string;
}

/** Begins the upload of a blob; resolves with where it goes on. */
async function beginBlob({ ask, repository, url }: BlobPlace): Promise<string> {
  const headers = { 'content-length': '0' };
  const answer = await ask('POST', `/v2/${repository}/blobs/uploads/`, { doing: `write ${url}`, headers });
  answer.resume();
  const { location } = answer.headers;
  if (location === undefined) throw refused(`the registry does not say where to write ${url}`);
  return location;
}

/** A repository: the files are blobs, and the manifest that names them comes last. */
export function ociStore({ ask, server, repository, options, signal, records }: Repository): Store {
  const base = `oci://${new URL(server.origin).host}`;
  const urlOf = (name: string): string => {
    const { tag } = imageName(name);
    return `${base}/${repository}:${tag}`;
  };
  const placeOf = (file: UploadFile): BlobPlace => ({
    ask,
    repository,
    url: `${urlOf(file.name)} (${basename(file.path)})`,
  });

  async function putManifest(reference: string, bytes: Buffer, url: string): Promise<boolean> {
    const headers = { 'content-type': MANIFEST_TYPE, 'content-length': String(bytes.length) };
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await ask('PUT', path, { doing: `write ${url}`, headers, body: () => bytes });
    answer.resume();
    const told = answer.headers['docker-content-digest'];
    if (told !== undefined && told !== `sha256:${sha256(bytes)}`)
      throw damaged(url, `the manifest's digest is ${String(told)}`);
    return answer.headers['oci-subject'] !== undefined;
  }

  async function putEmpty(url: string): Promise<void> {
    const place = { ask, repository, url };
    if (await hasBlob(place, sha256(EMPTY))) return;
    const upload = blobUpload(place, { offset: 0, location: await beginBlob(place) }, () => Promise.resolve());
    await upload.put({ index: 0, position: 0, length: EMPTY.length }, EMPTY, signal);
    await upload.publish(sha256(EMPTY));
  }

  async function finish(files: readonly SentFile[]): ReturnType<NonNullable<Store['finish']>> {
    const name = files[0]?.name ?? '';
    const url = urlOf(name);
    await putEmpty(url);
    const subject = options.subject === undefined ? undefined : await describe(ask, repository, options.subject);
    const artifactType = options.artifact_type ?? ARTIFACT_TYPE;
    const bytes = manifestOf(files, artifactType, subject);
    const known = await putManifest(imageName(name).tag, bytes, url);
    if (subject !== undefined && !known) await addReferrer(ask, repository, subject, bytes, artifactType);
    return [{ url, size: bytes.length, sha256: sha256(bytes) }];
  }

  return {
    urlOf,
    fileUrlOf: (file) => `${base}/${repository}@sha256:${file.sha256}`,
    check: async (files) => {
      if (files.some(({ name }) => name !== files[0]?.name)) {
        throw refused('the files of a target go into one artifact, so that its URL has no name of a file').at('/url');
      }
      (await ask('GET', `/v2/${repository}/tags/list`, { doing: `look at ${base}` }, [404])).resume();
      if (options.subject !== undefined) await describe(ask, repository, options.subject);
    },
    begin: async (file, token) => {
      const record = join(records, token);
      // Where an upload goes on changes with each part.
      await sideRecord(record).write(await beginBlob(placeOf(file)));
      return { record };
    },
    open: async (half, file) => {
      const place = placeOf(file);
      const record = sideRecord(halfText(half, 'record'));
      const location = await record.read();
      const status = location === undefined ? undefined : await uploadStatus(place, location);
      if (status !== undefined) return blobUpload(place, status, (next) => record.write(next));
      const digest = await sha256Of(file, signal);
      return (await hasBlob(place, digest)) ? 'published' : undefined;
    },
    discard: async (half) => {
      const request = { doing: `remove an upload at ${base}` };
      const record = sideRecord(halfText(half, 'record'));
      const location = await record.read();
      if (location !== undefined) (await ask('DELETE', location, request, [400, 404, 405, 416])).resume();
      await record.remove();
    },
    // A registry tells nobody of its uploads, and drops by itself what nobody goes on with.
    find: async (token) => {
      const record = join(records, token);
      return (await sideRecord(record).read()) === undefined ? [] : [{ record }];
    },
    finish,
    retention: tagRetention(ask, repository, server),
    close: () => Promise.resolve(),
  };
}

import { isList, isObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { readAtMost } from '../../../../plugins/sdk/http.ts';
import { refused } from '../../../_transfer/failure.ts';
import { INDEX_TYPE, MANIFEST_TYPE, sha256, type Descriptor } from './manifest.ts';
import type { Ask } from './registry.ts';

const LARGEST_MANIFEST = 4 * 1_048_576;
const ACCEPTED = [
  MANIFEST_TYPE,
  INDEX_TYPE,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** A manifest by its tag or digest; undefined when there is none. */
export async function readManifest(
  ask: Ask,
  repository: string,
  reference: string,
): Promise<{ readonly bytes: Buffer; readonly descriptor: Descriptor; readonly value: JsonValue } | undefined> {
  const doing = `read ${repository}:${reference}`;
  const headers = { accept: ACCEPTED };
  const answer = await ask('GET', `/v2/${repository}/manifests/${reference}`, { doing, headers }, [404]);
  const bytes = await readAtMost(answer, LARGEST_MANIFEST);
  if (answer.statusCode === 404) return undefined;
  const mediaType = answer.headers['content-type'] ?? MANIFEST_TYPE;
  const descriptor = { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  return { bytes, descriptor, value: JSON.parse(bytes.toString('utf8')) as JsonValue };
}

/** What an artifact is about. Throws UPLOAD_REFUSED when the repository has no such thing. */
export async function describe(ask: Ask, repository: string, reference: string): Promise<Descriptor> {
  const found = await readManifest(ask, repository, reference);
  if (found === undefined) throw refused(`there is no ${repository}:${reference}`).at('/subject');
  return found.descriptor;
}

/** Notes an artifact under the tag that stands for the list of referrers, where a registry keeps none itself. */
export async function addReferrer(
  ask: Ask,
  repository: string,
  subject: Descriptor,
  manifest: Buffer,
  artifactType: string,
): Promise<void> {
  const tag = subject.digest.replace(':', '-');
  const before = (await readManifest(ask, repository, tag))?.value;
  const listed = isObject(before) && isList(before['manifests']) ? before['manifests'] : [];
  const digest = `sha256:${sha256(manifest)}`;
  const others = listed.filter((each) => !isObject(each) || each['digest'] !== digest);
  const own = { mediaType: MANIFEST_TYPE, digest, size: manifest.length, artifactType };
  const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...others, own] };
  const bytes = Buffer.from(JSON.stringify(index));
  const headers = { 'content-type': INDEX_TYPE, 'content-length': String(bytes.length) };
  const request = { doing: `write ${repository}:${tag}`, headers, body: () => bytes };
  (await ask('PUT', `/v2/${repository}/manifests/${tag}`, request)).resume();
}

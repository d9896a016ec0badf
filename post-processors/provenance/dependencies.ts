import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isList, type Artifact, type BuildOrigin, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';

/** A thing that a build used, as SLSA describes it. */
export interface ResourceDescriptor extends JsonObject {
  readonly name: string;
}

const algorithms: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

/** The digest that a checksum of a template is; nothing for lists of checksums and for `none`. */
function digestIn(checksum: JsonValue | undefined): JsonObject {
  if (typeof checksum !== 'string') return {};
  const [, hex = ''] = /^(?:[a-z0-9]+:)?([0-9a-f]+)$/i.exec(checksum) ?? [];
  const algorithm = algorithms.get(hex.length);
  return algorithm === undefined ? {} : { digest: { [algorithm]: hex.toLowerCase() } };
}

/** An address without login and query, which may hold secrets. */
function openUri(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const url = new URL(uri);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href;
}

/** The installation medium or disk image that a builder boots: Packer's builders all name it by these options. */
function medium({
  iso_url: one,
  iso_urls: several,
  iso_checksum: checksum,
}: JsonObject): readonly ResourceDescriptor[] {
  const uris = [one, ...(several !== undefined && isList(several) ? several : [])].filter(
    (uri) => typeof uri === 'string' && uri !== '',
  ) as readonly string[];
  return [...new Set(uris.map(openUri))].map((uri) => ({ name: basename(uri), uri, ...digestIn(checksum) }));
}

function source(
  name: string,
  { id, files }: Artifact,
  digests: ReadonlyMap<string, string>,
): readonly ResourceDescriptor[] {
  if (files.length === 0) return [{ name, uri: `urn:kiln:artifact:${encodeURIComponent(id)}` }];
  return files.map((file) => {
    const sha256 = digests.get(file);
    const uri = pathToFileURL(file).href;
    return { name: `${name}/${basename(file)}`, uri, ...(sha256 === undefined ? {} : { digest: { sha256 } }) };
  });
}

/** Where the template is: as the user says it, else its path. */
export function templateOf({ template }: BuildOrigin, sourceUri: string | undefined): ResourceDescriptor {
  const { path, sha256 } = template;
  const uri = sourceUri ?? (path === '-' ? undefined : pathToFileURL(path).href);
  const name = path === '-' ? 'standard input' : basename(path);
  return { name, ...(uri === undefined ? {} : { uri }), digest: { sha256 } };
}

/** All that the build used, as far as the template names it. `digests`: SHA-256 of the sources' files, by path. */
export function dependenciesOf(
  origin: BuildOrigin,
  sourceUri: string | undefined,
  digests: ReadonlyMap<string, string>,
): readonly ResourceDescriptor[] {
  const sources = Object.entries(origin.sources).flatMap(([name, artifact]) => source(name, artifact, digests));
  const read = origin.provisionerFiles.map(({ path, sha256 }) => ({
    name: basename(path),
    uri: pathToFileURL(path).href,
    digest: { sha256 },
  }));
  return [templateOf(origin, sourceUri), ...medium(origin.options), ...sources, ...read];
}

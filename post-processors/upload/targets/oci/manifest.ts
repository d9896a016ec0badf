import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { JsonObject } from '../../../../plugins/sdk/index.ts';
import type { SentFile } from '../store.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
export const ARTIFACT_TYPE = 'application/vnd.kiln.image.v1';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** What stands for the configuration that an artifact has none of. */
export const EMPTY: Buffer = Buffer.from('{}');

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What another manifest says of one. */
export interface Descriptor extends JsonObject {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The manifest that makes an artifact of files, each under its own name. */
export function manifestOf(files: readonly SentFile[], artifactType: string, subject: Descriptor | undefined): Buffer {
  const mark = files[0]?.mark;
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType,
      config: {
        mediaType: EMPTY_TYPE,
        digest: `sha256:${sha256(EMPTY)}`,
        size: EMPTY.length,
        data: EMPTY.toString('base64'),
      },
      layers: files.map((file) => ({
        mediaType: 'application/octet-stream',
        digest: `sha256:${file.sha256}`,
        size: file.size,
        annotations: { 'org.opencontainers.image.title': basename(file.path) },
      })),
      ...(subject === undefined ? {} : { subject }),
      annotations: {
        'org.opencontainers.image.created': new Date(mark?.time ?? 0).toISOString(),
        'kiln-series': mark?.series ?? '',
        'kiln-run': mark?.run ?? '',
        'kiln-time': String(mark?.time ?? 0),
      },
    }),
  );
}

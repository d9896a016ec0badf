/** An object that gets the archive. */
export interface Place {
  readonly bucket: string;
  readonly name: string;
  /** "gs://bakery/web.tar.gz" */
  readonly url: string;
}

/** Undefined when the text names no object. */
export function readPlace(text: string): Place | undefined {
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.*[^/])$/.exec(text) ?? [];
  return bucket === undefined || name === undefined ? undefined : { bucket, name, url: text };
}

import { createHmac } from 'node:crypto';

/** Who may do what without a token, and until when. */
export interface TemporaryAccess {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  /** The secret that the account or container has by its header "x-…-meta-temp-url-key". */
  readonly key: string;
  /** Seconds since 1970. */
  readonly until: number;
}

/** An object's address by which it can be read or written without a token; the address is a secret. */
export function temporaryUrl(object: URL, { method, key, until }: TemporaryAccess): URL {
  const url = new URL(object);
  const signed = `${method}\n${until}\n${decodeURIComponent(object.pathname)}`;
  url.searchParams.set('temp_url_sig', createHmac('sha256', key).update(signed).digest('hex'));
  url.searchParams.set('temp_url_expires', String(until));
  return url;
}

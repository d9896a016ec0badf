/** Kinds of targets by the schemes of their URLs. */
export const KINDS = {
  az: 'az',
  file: 'file',
  gs: 'gs',
  http: 'http',
  https: 'http',
  oci: 'oci',
  rsync: 'rsync',
  s3: 's3',
  sftp: 'sftp',
  swift: 'swift',
  webdav: 'webdav',
  webdavs: 'webdav',
} as const;

export type Scheme = keyof typeof KINDS;

/** The parts of a target's URL. */
export interface TargetUrl {
  readonly scheme: Scheme;
  /** Empty when the URL names nobody. */
  readonly user: string;
  /** Host with its port, or the bucket. */
  readonly authority: string;
  readonly host: string;
  readonly port: number | undefined;
  /** With its slash before it, as it is written; empty when there is none. */
  readonly path: string;
}

/** The scheme that a text begins with; undefined when it is none of ours. */
export function schemeOf(text: string): Scheme | undefined {
  const scheme = /^([a-z][a-z0-9]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && Object.hasOwn(KINDS, scheme) ? (scheme as Scheme) : undefined;
}

/** Undefined when it is no URL of a target. */
export function parseTarget(text: string): TargetUrl | undefined {
  const scheme = schemeOf(text);
  const [, before = '', path = ''] = /^[a-z][a-z0-9]*:\/\/([^/]*)(.*)$/is.exec(text) ?? [];
  const at = before.lastIndexOf('@');
  const authority = before.slice(at + 1);
  const [, host, port] = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  if (scheme === undefined || host === undefined || (host === '') !== (scheme === 'file')) return undefined;
  return {
    scheme,
    user: at < 0 ? '' : before.slice(0, at),
    authority,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? undefined : Number(port),
    path,
  };
}

/** The URL of a file with who logs in, but without a password. */
export function withUser({ scheme, user, authority }: TargetUrl, name: string): string {
  return `${scheme}://${user === '' ? '' : `${user}@`}${authority}${name}`;
}

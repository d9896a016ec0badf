import { createHmac } from 'node:crypto';

/** How known_hosts files name a server. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** Whether a pattern of a known_hosts file, with "*" and "?", is the name. */
function matches(pattern: string, name: string): boolean {
  const escaped = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name.toLowerCase());
}

function isNamed(field: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(field);
  if (hashed !== null) {
    const [, salt = '', digest] = hashed;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === digest;
  }
  const patterns = field.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, name));
}

export interface KnownKeys {
  /** In SSH's wire format. */
  readonly keys: readonly Buffer[];
  readonly revoked: readonly Buffer[];
  /** A line gives the server's keys to a certificate authority. */
  readonly authority: boolean;
}

/** What a known_hosts file says of a server. Lines that are malformed say nothing. */
export function knownKeys(text: string, host: string, port: number): KnownKeys {
  const found = { keys: [] as Buffer[], revoked: [] as Buffer[], authority: false };
  const name = knownHostsName(host, port);
  for (const line of text.split('\n')) {
    const [first = '', ...others] = line.trim().split(/\s+/);
    if (first === '' || first.startsWith('#')) continue;
    const marker = first.startsWith('@') ? first : undefined;
    const [names, , key] = marker === undefined ? [first, ...others] : others;
    if (names === undefined || key === undefined || !isNamed(names, name)) continue;
    const bytes = Buffer.from(key, 'base64');
    if (marker === '@cert-authority') found.authority = true;
    else if (marker === '@revoked') found.revoked.push(bytes);
    else if (marker === undefined) found.keys.push(bytes);
  }
  return found;
}

/** Reads "TYPE BASE64 [COMMENT]"; undefined when it is not that. */
export function parsePublicKey(line: string): Buffer | undefined {
  const match = /^(\S+)\s+([A-Za-z0-9+/]+=*)(?:\s.*)?$/.exec(line.trim());
  if (match === null) return undefined;
  const bytes = Buffer.from(match[2] ?? '', 'base64');
  if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt32BE(0)) return undefined;
  return bytes.toString('latin1', 4, 4 + bytes.readUInt32BE(0)) === match[1] ? bytes : undefined;
}

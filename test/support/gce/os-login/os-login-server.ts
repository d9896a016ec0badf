import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

export interface TestProfile {
  readonly username: string;
  readonly keys: Map<
    string,
    { readonly key: string; readonly fingerprint: string; readonly expirationTimeUsec?: string }
  >;
}

/** How OS Login is to behave. May be changed while it runs. */
export interface OsLoginManners {
  /** Whose token it is; undefined: it lets nobody in. */
  whose: (token: string) => string | undefined;
  /** Answers so many calls with 503 before the next one. */
  busy?: number;
  /** Does what it is asked for, and closes the connection instead of an answer, so many times. */
  losesAnswers?: number;
  /** Accounts have no name on instances. */
  nameless?: boolean;
  /** Takes no more keys. */
  full?: boolean;
}

/** What stands in for the OS Login API, version 1. */
export interface OsLoginServer {
  readonly root: string;
  readonly manners: OsLoginManners;
  /** By e-mail address. */
  readonly profiles: ReadonlyMap<string, TestProfile>;
  /** Methods and paths. */
  readonly calls: readonly string[];
  close(): void;
}

type Reply = readonly [status: number, body: object];

function refused(code: number, status: string, message: string): Reply {
  return [code, { error: { code, status, message } }];
}

/** As OS Login names accounts: "sa_" and the number of a service account, else the address. */
function usernameOf(email: string): string {
  if (!email.endsWith('.gserviceaccount.com')) return email.replaceAll(/\W/g, '_');
  return `sa_${BigInt(`0x${createHash('sha256').update(email).digest('hex').slice(0, 16)}`)}`;
}

const MEMBERS = ['key', 'expirationTimeUsec'];

export async function startOsLogin(manners: OsLoginManners): Promise<OsLoginServer> {
  const profiles = new Map<string, TestProfile>();
  const calls: string[] = [];

  function profileOf(email: string): TestProfile {
    const found = profiles.get(email) ?? { username: usernameOf(email), keys: new Map() };
    profiles.set(email, found);
    return found;
  }
  function shown(email: string): object {
    const { username, keys } = profileOf(email);
    const account = {
      primary: true,
      username,
      uid: '1',
      gid: '1',
      homeDirectory: `/home/${username}`,
      operatingSystemType: 'LINUX',
    };
    return {
      name: '1234567890',
      ...(manners.nameless === true ? {} : { posixAccounts: [account] }),
      ...(keys.size === 0 ? {} : { sshPublicKeys: Object.fromEntries(keys) }),
    };
  }
  function importKey(email: string, text: string): Reply {
    const body = JSON.parse(text) as Record<string, unknown>;
    const unknown = Object.keys(body).find((name) => !MEMBERS.includes(name));
    if (unknown !== undefined)
      return refused(
        400,
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`,
      );
    const { key, expirationTimeUsec } = body;
    if (typeof key !== 'string' || !/^(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-\S+) [A-Za-z0-9+/=]+/.test(key))
      return refused(400, 'INVALID_ARGUMENT', 'Invalid SSH public key.');
    if (expirationTimeUsec !== undefined && Number(expirationTimeUsec) < Date.now() * 1000)
      return refused(400, 'INVALID_ARGUMENT', 'Expiration time must be in the future.');
    if (manners.full === true)
      return refused(
        400,
        'INVALID_ARGUMENT',
        'Login profile size exceeds 32 KiB. Delete profile values to make additional space.',
      );
    const fingerprint = createHash('sha256').update(key).digest('hex');
    profileOf(email).keys.set(fingerprint, {
      key,
      fingerprint,
      ...(expirationTimeUsec === undefined ? {} : { expirationTimeUsec: `${Number(expirationTimeUsec)}` }),
    });
    return [200, { loginProfile: shown(email) }];
  }
  function answer(request: IncomingMessage, body: string): Reply {
    const owner = manners.whose((request.headers.authorization ?? '').replace('Bearer ', ''));
    if (owner === undefined) return refused(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if ((manners.busy ?? 0) > 0) {
      manners.busy = (manners.busy ?? 0) - 1;
      return refused(503, 'UNAVAILABLE', 'The service is currently unavailable.');
    }
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://oslogin').pathname);
    const [, email = '', rest = ''] = /^\/v1\/users\/([^/:]+)(.*)$/.exec(path) ?? [];
    if (email !== owner) return refused(403, 'PERMISSION_DENIED', 'The caller does not have permission');
    if (request.method === 'POST' && rest === ':importSshPublicKey') return importKey(email, body);
    if (request.method === 'GET' && rest === '/loginProfile') return [200, shown(email)];
    const [, fingerprint] = /^\/sshPublicKeys\/(\w+)$/.exec(rest) ?? [];
    if (request.method !== 'DELETE' || fingerprint === undefined) return refused(404, 'NOT_FOUND', 'Method not found.');
    return profileOf(email).keys.delete(fingerprint)
      ? [200, {}]
      : refused(404, 'NOT_FOUND', 'SSH public key not found.');
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const [status, body] = answer(request, Buffer.concat(chunks).toString('utf8'));
      if ((manners.losesAnswers ?? 0) > 0) {
        manners.losesAnswers = (manners.losesAnswers ?? 0) - 1;
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...{ root: `http://127.0.0.1:${port}/`, manners, profiles, calls },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

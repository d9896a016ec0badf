import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ssh/sshd.ts';
import { startHttpServer, takesConnections, type Started } from './started.ts';

const VERSION = '3.37.0';
const VERSION_HEADER = '2023-11-03';

/** Azure's own server for tests, which is too heavy for everybody's node_modules: it is kept outside of the tree. */
async function program(): Promise<string> {
  const home = join(homedir(), '.cache/kiln-test', `azurite-${VERSION}`);
  const path = join(home, 'node_modules/.bin/azurite-blob');
  await mkdir(home, { recursive: true });
  const script = '[ -x "$1" ] || exec npm install --no-audit --no-fund --silent --prefix "$2" "azurite@$3"';
  execFileSync('flock', [`${home}.lock`, 'sh', '-c', script, 'sh', path, home, VERSION], { stdio: 'pipe' });
  return path;
}

export interface Azurite extends Started {
  readonly port: number;
  readonly account: string;
  /** Base64. */
  readonly key: string;
  makeContainer(name: string): Promise<void>;
  read(container: string, blob: string): Promise<Buffer | undefined>;
  names(container: string, prefix: string): Promise<readonly string[]>;
  put(container: string, blob: string, text: string): Promise<void>;
}

/** A certificate of a server on 127.0.0.1, and its key. Paths. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Azure's blob storage of a test account on this machine, and calls to it that are none of Kiln's. With a certificate it speaks
 * https and takes tokens of Entra ID, of which it checks all but the signature; the calls are not for that.
 */
export async function startAzurite(secure?: ServerCertificate): Promise<Azurite> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-azurite-'));
  const port = await freePort();
  const [account, key] = ['kilntests', Buffer.from('a key for tests that nobody else has').toString('base64')];
  const args = [
    '--blobHost',
    '127.0.0.1',
    '--blobPort',
    String(port),
    '--location',
    directory,
    '--silent',
    '--skipApiVersionCheck',
  ];
  const oauth = secure === undefined ? [] : ['--oauth', 'basic', '--cert', secure.certificate, '--key', secure.key];
  const accounts = { AZURITE_ACCOUNTS: `${account}:${key}` };
  const isThere = secure === undefined ? undefined : takesConnections;
  const server = await startHttpServer(await program(), [...args, ...oauth], port, accounts, isThere);

  async function call(method: string, path: string, query: Record<string, string>, text?: string): Promise<Response> {
    const url = new URL(`http://127.0.0.1:${port}/${account}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers: Record<string, string> = {
      'x-ms-date': new Date().toUTCString(),
      'x-ms-version': VERSION_HEADER,
      ...(text === undefined ? {} : { 'x-ms-blob-type': 'BlockBlob' }),
    };
    const own = Object.keys(headers)
      .sort()
      .map((name) => `${name}:${headers[name]!}\n`)
      .join('');
    const asked = [...url.searchParams]
      .sort()
      .map(([name, value]) => `\n${name}:${value}`)
      .join('');
    const length = text === undefined || text === '' ? '' : String(Buffer.byteLength(text));
    const type = text === undefined ? '' : 'text/plain';
    const signed = `${method}\n\n\n${length}\n\n${type}\n\n\n\n\n\n\n${own}/${account}${url.pathname}${asked}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
    return fetch(url, {
      method,
      headers: {
        ...headers,
        ...(text === undefined ? {} : { 'content-type': 'text/plain' }),
        authorization: `SharedKey ${account}:${signature}`,
      },
      ...(text === undefined ? {} : { body: text }),
    });
  }

  async function ok(answer: Promise<Response>): Promise<Response> {
    const got = await answer;
    if (!got.ok) throw new Error(`${got.status}: ${await got.text()}`);
    return got;
  }

  return {
    ...server,
    port,
    account,
    key,
    makeContainer: async (name) => {
      await ok(call('PUT', name, { restype: 'container' }));
    },
    read: async (container, blob) => {
      const answer = await call('GET', `${container}/${encodeURI(blob)}`, {});
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    names: async (container, prefix) => {
      const text = await (await ok(call('GET', container, { restype: 'container', comp: 'list', prefix }))).text();
      return [...text.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name = '']) => name);
    },
    put: async (container, blob, text) => {
      await ok(call('PUT', `${container}/${encodeURI(blob)}`, {}, text));
    },
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeKeyPair } from '../../../core/communicators/ssh/login/key-pair.ts';
import { startSshd } from '../ssh/sshd.ts';
import { startAzurite } from './azurite.ts';
import { startRegistry } from './docker-registry.ts';
import type { FarEnd } from './far-end.ts';
import { startGoogleStorage } from './google-storage.ts';
import { localPlace } from './local-place.ts';
import { startNginx } from './nginx.ts';
import { registryClient } from './registry-client.ts';
import { fileOf } from './upload.ts';
import { startSwift } from './swift-server.ts';
import { startVersitygw } from './versitygw.ts';

/** One whose files are in a directory of this machine. */
export type DirectoryEnd = FarEnd & { readonly directory: string };

export async function localEnd(): Promise<DirectoryEnd> {
  const place = await localPlace();
  return { ...place, port: undefined, target: (path) => ({ url: `file://${place.directory}/${path}` }) };
}

/** An SSH server, for sftp and rsync. */
export async function sshEnd(scheme: 'sftp' | 'rsync'): Promise<DirectoryEnd> {
  // One suite serves all kinds of servers, and starts and ends each of them itself.
  const sshd = await startSshd();
  const place = await localPlace();
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', join(sshd.directory, 'host_key')], { encoding: 'utf8' });
  const known = join(sshd.directory, 'known_hosts');
  await writeFile(known, `[127.0.0.1]:* ${hostKey}`);
  const strangeFile = await fileOf('key', Buffer.from((await makeKeyPair('ed25519', 0, 'stranger')).privateKey));
  return {
    ...place,
    port: sshd.port,
    target: (path, port = sshd.port) => ({
      url: `${scheme}://root@127.0.0.1:${port}${place.directory}/${path}`,
      ssh_private_key_file: sshd.privateKeyFile,
      ...(scheme === 'sftp' ? { ssh_host_key: [hostKey.trim()] } : { ssh_known_hosts_file: known }),
    }),
    stranger: { target: (target) => ({ ...target, ssh_private_key_file: strangeFile }), code: 'SSH_LOGIN_REFUSED' },
    stop: async () => {
      await sshd.stop();
      await place.stop();
    },
  };
}

export async function s3End(): Promise<FarEnd> {
  const place = await localPlace();
  const bucket = join(place.directory, 'images');
  await mkdir(bucket);
  const server = await startVersitygw(place.directory, 'kiln', 'kiln-secret');
  return {
    port: server.port,
    environment: {
      AWS_ACCESS_KEY_ID: 'kiln',
      AWS_SECRET_ACCESS_KEY: 'kiln-secret',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    },
    target: (path, port = server.port) => ({ url: `s3://images/${path}`, endpoint: `http://127.0.0.1:${port}` }),
    read: (path) => readFile(join(bucket, path)).catch(() => undefined),
    names: async (path) => {
      const found = await readdir(join(bucket, path)).catch((): string[] => []);
      return found.filter((name) => !name.startsWith('.sgwtmp')).sort();
    },
    halves: async () => {
      const found = await readdir(join(bucket, '.sgwtmp/multipart'), { recursive: true }).catch((): string[] => []);
      return found.filter((name) => /\/[^/]+\/\d+$/.test(name));
    },
    put: async (path, text) => {
      await mkdir(dirname(join(bucket, path)), { recursive: true });
      // Another object is another file: what the server knows of the one before goes with it.
      await rm(join(bucket, path), { force: true });
      await writeFile(join(bucket, path), text);
    },
    stop: async () => {
      await server.stop();
      await place.stop();
    },
  };
}

/** A server of WebDAV, which takes plain PUT, too. */
export async function httpEnd(scheme: 'webdav' | 'http'): Promise<DirectoryEnd> {
  const place = await localPlace();
  const nginx = await startNginx(place.directory, 'kiln', 'a-password');
  return {
    ...place,
    port: nginx.port,
    // What a later Kiln logs in by.
    environment: { NETRC: await fileOf('netrc', Buffer.from('machine 127.0.0.1 login kiln password a-password\n')) },
    target: (path, port = nginx.port) => ({
      url: `${scheme}://127.0.0.1:${port}/${path}`,
      username: 'kiln',
      password: 'a-password',
      insecure_plain_http: true,
    }),
    stranger: { target: (target) => ({ ...target, password: 'a-guess' }), code: '^UPLOAD_REFUSED: .*401' },
    stop: async () => {
      await nginx.stop();
      await place.stop();
    },
  };
}

export async function ociEnd(): Promise<FarEnd> {
  const server = await startRegistry('kiln', 'a-password');
  const client = registryClient(server.port);
  const titled = async (repository: string) => (await client.manifest(repository, 'latest'))?.layers ?? [];
  const titleOf = (layer: { readonly annotations: Readonly<Record<string, string>> }): string =>
    layer.annotations['org.opencontainers.image.title'] ?? '';
  return {
    port: server.port,
    target: (path, port = server.port) => ({
      url: `oci://127.0.0.1:${port}/${path.replace(/\/$/, '')}`,
      username: 'kiln',
      password: 'a-password',
      insecure_plain_http: true,
    }),
    read: async (path) => {
      const end = path.lastIndexOf('/');
      const repository = path.slice(0, end);
      const found = (await titled(repository)).find((layer) => titleOf(layer) === path.slice(end + 1));
      return found && client.blob(repository, found.digest);
    },
    names: async (path) => (await titled(path.replace(/\/$/, ''))).map(titleOf).sort(),
    halves: async () => {
      const found = await readdir(server.directory, { recursive: true });
      return found.filter((name) => /_uploads\/[^/]+$/.test(name));
    },
    put: () => Promise.reject(new Error('not for registries')),
    stranger: { target: (target) => ({ ...target, password: 'a-guess' }), code: '^UPLOAD_REFUSED: .*"kiln" not in' },
    stop: () => server.stop(),
  };
}

export async function azEnd(): Promise<FarEnd> {
  const server = await startAzurite();
  await server.makeContainer('images');
  return {
    port: server.port,
    environment: { AZURE_STORAGE_ACCOUNT: server.account, AZURE_STORAGE_KEY: server.key },
    target: (path, port = server.port) => ({
      url: `az://images/${path}`,
      endpoint: `http://127.0.0.1:${port}/${server.account}`,
    }),
    read: (path) => server.read('images', path),
    names: async (path) => (await server.names('images', path)).map((name) => name.slice(path.length)).sort(),
    halves: () => Promise.resolve([]),
    put: (path, text) => server.put('images', path, text),
    stop: () => server.stop(),
  };
}

export async function gsEnd(): Promise<FarEnd> {
  const server = await startGoogleStorage('images');
  return {
    ...server,
    target: (path, port = server.port) => ({ url: `gs://images/${path}`, endpoint: `http://127.0.0.1:${port}` }),
    names: async (path) => (await server.list(path)).map((name) => name.slice(path.length)).sort(),
    halves: () => Promise.resolve([]),
  };
}

export async function swiftEnd(): Promise<FarEnd> {
  const server = await startSwift();
  const ask = (path: string, init: { method?: string; body?: string } = {}): Promise<Response> =>
    fetch(`${server.account}/${path}`, { ...init, headers: { 'x-auth-token': server.token } });
  const list = async (container: string, prefix: string): Promise<readonly string[]> => {
    const answer = await ask(`${container}?prefix=${encodeURIComponent(prefix)}`);
    return answer.status === 200 ? (await answer.text()).split('\n').filter((name) => name !== '') : [];
  };
  return {
    port: server.port,
    environment: { OS_AUTH_TYPE: 'admin_token', OS_ENDPOINT: server.account, OS_TOKEN: server.token },
    target: (path, port = server.port) => ({
      url: `swift://images/${path}`,
      endpoint: server.account.replace(`:${server.port}`, `:${port}`),
    }),
    read: async (path) => {
      const answer = await ask(`images/${encodeURI(path)}`);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    names: async (path) => (await list('images', path)).map((name) => name.slice(path.length)).sort(),
    // Segments of what is whole are none; those are of names that are there.
    halves: async () => {
      const whole = await list('images', '');
      const segments = await list('images_segments', '');
      return segments.filter((name) => !whole.some((each) => name.startsWith(`${each}/`)));
    },
    put: async (path, text) => {
      await ask('images', { method: 'PUT' });
      const answer = await ask(`images/${encodeURI(path)}`, { method: 'PUT', body: text });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    stop: () => server.stop(),
  };
}

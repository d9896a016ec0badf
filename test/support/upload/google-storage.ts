import { join } from 'node:path';
import { pythonEnvironment } from '../python/python-environment.ts';
import { freePort } from '../ssh/sshd.ts';
import { startHttpServer, type Started } from './started.ts';

export interface GoogleStorage extends Started {
  readonly port: number;
  read(name: string): Promise<Buffer | undefined>;
  list(prefix: string): Promise<readonly string[]>;
  put(name: string, text: string): Promise<void>;
}

/** What stands in for Google's storage: it checks digests and the order of what is sent, and no login. */
export async function startGoogleStorage(bucket: string): Promise<GoogleStorage> {
  const programs = pythonEnvironment({ name: 'gcp-storage-emulator', packages: ['gcp-storage-emulator==2026.7.19'] });
  if (programs === undefined) throw new Error('gcp-storage-emulator is not there');
  const port = await freePort();
  const args = ['start', '--host', '127.0.0.1', '--port', String(port), '--in-memory', '--default-bucket', bucket];
  const server = await startHttpServer(join(programs, 'gcp-storage-emulator'), args, port);
  const base = `http://127.0.0.1:${port}`;
  return {
    ...server,
    port,
    read: async (name) => {
      const answer = await fetch(`${base}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    list: async (prefix) => {
      const answer = await fetch(`${base}/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(prefix)}`);
      const { items = [] } = (await answer.json()) as { items?: readonly { readonly name: string }[] };
      return items.map(({ name }) => name);
    },
    put: async (name, text) => {
      const url = `${base}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: text });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
  };
}

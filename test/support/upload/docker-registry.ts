import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ssh/sshd.ts';
import { startHttpServer, type Started } from './started.ts';

/** A registry of OCI images; who asks has to log in. */
export async function startRegistry(
  user: string,
  password: string,
): Promise<Started & { readonly port: number; readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-registry-'));
  const port = await freePort();
  execFileSync('htpasswd', ['-Bbc', join(directory, 'users'), user, password], { stdio: 'pipe' });
  const configuration = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: 'uploads', path: join(directory, 'users') } },
  };
  await writeFile(join(directory, 'config.yml'), JSON.stringify(configuration));
  const server = await startHttpServer('docker-registry', ['serve', join(directory, 'config.yml')], port);
  return {
    ...server,
    port,
    directory,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ssh/sshd.ts';
import { startHttpServer, type Started } from './started.ts';

/** A server that takes files by PUT and knows WebDAV; who asks has to log in. */
export async function startNginx(
  directory: string,
  user: string,
  password: string,
): Promise<Started & { readonly port: number }> {
  const home = await mkdtemp(join(tmpdir(), 'kiln-nginx-'));
  const port = await freePort();
  await writeFile(join(home, 'users'), `${user}:{PLAIN}${password}\n`);
  await mkdir(join(home, 'body'));
  const configuration = `
load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
daemon off;
user root;
worker_processes 1;
pid ${home}/pid;
error_log ${home}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  client_max_body_size 0;
  server {
    listen 127.0.0.1:${port};
    root ${directory};
    auth_basic "uploads";
    auth_basic_user_file ${home}/users;
    dav_methods PUT DELETE MKCOL COPY MOVE;
    dav_ext_methods PROPFIND OPTIONS;
    create_full_put_path on;
  }
}
`;
  await writeFile(join(home, 'nginx.conf'), configuration);
  const server = await startHttpServer(
    '/usr/sbin/nginx',
    ['-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')],
    port,
  );
  return {
    ...server,
    port,
    stop: async () => {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

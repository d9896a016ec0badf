import { localPlace } from '../../../support/upload/local-place.ts';
import { startNginx } from '../../../support/upload/nginx.ts';
import { uploadSuite, type Traits } from '../../../support/upload/suite.ts';
import type { FarEnd } from '../../../support/upload/far-end.ts';

async function server(scheme: string): Promise<FarEnd> {
  const place = await localPlace();
  const nginx = await startNginx(place.directory, 'kiln', 'a-password');
  return {
    ...place,
    port: nginx.port,
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

const traits: Traits = { http: true, invisible: true };
uploadSuite('a server of WebDAV', () => server('webdav'), traits);
uploadSuite('a server that takes PUT', () => server('http'), { ...traits, forgetful: true });

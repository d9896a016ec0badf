import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAzurite, type Azurite } from '../../../support/upload/azurite.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, upload } from '../../../support/upload/upload.ts';

const before = { ...process.env };
let server: Azurite;
beforeAll(async () => {
  server = await startAzurite();
  process.env['AZURE_STORAGE_ACCOUNT'] = server.account;
  process.env['AZURE_STORAGE_KEY'] = server.key;
}, 600_000);
afterAll(async () => {
  process.env = before;
  await server.stop();
});

const endpoint = (port: number): string => `http://127.0.0.1:${port}/${server.account}`;

uploadSuite(
  'Azure',
  async () => {
    await server.makeContainer('images');
    return {
      port: server.port,
      target: (path, port = server.port) => ({ url: `az://images/${path}`, endpoint: endpoint(port) }),
      read: (path) => server.read('images', path),
      names: async (path) => (await server.names('images', path)).map((name) => name.slice(path.length)).sort(),
      halves: () => Promise.resolve([]),
      put: (path, text) => server.put('images', path, text),
      stop: () => Promise.resolve(),
    };
  },
  { http: true, open: true, invisible: true },
);

test('a wrong key and a container that is not there are said at once', async () => {
  const path = await fileOf('disk', Buffer.from('an image'));
  const missing = await upload([path], { targets: [{ url: 'az://missing/', endpoint: endpoint(server.port) }] });
  expect(failureOf(missing)).toBe('UPLOAD_REFUSED: there is no container missing');
  process.env['AZURE_STORAGE_KEY'] = Buffer.from('a wrong key').toString('base64');
  const wrong = await upload([path], { targets: [{ url: 'az://images/wrong/', endpoint: endpoint(server.port) }] });
  process.env['AZURE_STORAGE_KEY'] = server.key;
  expect(failureOf(wrong)).toMatch(/^UPLOAD_REFUSED: .*403/);
  expect(await server.names('images', 'wrong/')).toEqual([]);
});

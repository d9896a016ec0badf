import { expect, test } from 'vitest';
import { startAzurite } from '../../../support/upload/azurite.ts';
import { azEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, upload } from '../../../support/upload/upload.ts';

uploadSuite('Azure', azEnd, { http: true, open: true, invisible: true });

test('a wrong key and a container that is not there are said at once', async () => {
  const server = await startAzurite();
  await server.makeContainer('images');
  const usual = { ...process.env };
  process.env['AZURE_STORAGE_ACCOUNT'] = server.account;
  process.env['AZURE_STORAGE_KEY'] = server.key;
  const endpoint = `http://127.0.0.1:${server.port}/${server.account}`;
  const path = await fileOf('disk', Buffer.from('an image'));
  const missing = await upload([path], { targets: [{ url: 'az://missing/', endpoint }] });
  expect(failureOf(missing)).toBe('UPLOAD_REFUSED: there is no container missing');
  process.env['AZURE_STORAGE_KEY'] = Buffer.from('a wrong key').toString('base64');
  const wrong = await upload([path], { targets: [{ url: 'az://images/wrong/', endpoint }] });
  process.env = usual;
  expect(failureOf(wrong)).toMatch(/^UPLOAD_REFUSED: .*403/);
  expect(await server.names('images', 'wrong/')).toEqual([]);
  await server.stop();
}, 300_000);

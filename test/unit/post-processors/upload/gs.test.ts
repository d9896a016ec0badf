import { expect, test } from 'vitest';
import { startGoogleStorage } from '../../../support/upload/google-storage.ts';
import { gsEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, upload } from '../../../support/upload/upload.ts';

uploadSuite("Google's storage", gsEnd, { http: true, open: true, invisible: true, large: 40 * 1_048_576 + 77 });

test('a bucket that is not there, and a login that is not there, are said at once', async () => {
  const server = await startGoogleStorage('images');
  const path = await fileOf('disk', Buffer.from('an image'));
  const missing = await upload([path], {
    targets: [{ url: 'gs://missing/', endpoint: `http://127.0.0.1:${server.port}` }],
  });
  expect(failureOf(missing)).toBe('UPLOAD_REFUSED: there is no bucket missing');
  await server.stop();
  const before = { ...process.env };
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = '/nonexistent.json';
  const nobody = await upload([path], { targets: [{ url: 'gs://images/' }] });
  process.env = before;
  expect(failureOf(nobody)).toMatch(/^UPLOAD_REFUSED: there are no credentials for gs:\/\/images/);
});

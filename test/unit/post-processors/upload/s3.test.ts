import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { s3End } from '../../../support/upload/far-ends.ts';
import { localPlace } from '../../../support/upload/local-place.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, upload } from '../../../support/upload/upload.ts';
import { startVersitygw } from '../../../support/upload/versitygw.ts';

uploadSuite('S3', s3End, { http: true, open: true });

const LOGIN = {
  AWS_ACCESS_KEY_ID: 'kiln',
  AWS_SECRET_ACCESS_KEY: 'kiln-secret',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
};

test.each([
  ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, /^UPLOAD_REFUSED: .*SignatureDoesNotMatch/],
  ['an unknown key', { AWS_ACCESS_KEY_ID: 'nobody' }, /^UPLOAD_REFUSED: /],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' },
    /^UPLOAD_REFUSED: there are no credentials/,
  ],
] as const)('with %s nothing is sent', async (_what, environment, failure) => {
  const place = await localPlace();
  await mkdir(join(place.directory, 'images'));
  const server = await startVersitygw(place.directory, 'kiln', 'kiln-secret');
  const usual = { ...process.env };
  Object.assign(process.env, LOGIN, environment);
  try {
    const target = { url: 's3://images/', endpoint: `http://127.0.0.1:${server.port}` };
    const run = await upload([await fileOf('disk', Buffer.from('an image'))], { targets: [target] });
    expect(failureOf(run)).toMatch(failure);
    expect(await readdir(join(place.directory, 'images'))).toEqual([]);
  } finally {
    process.env = usual;
    await server.stop();
    await place.stop();
  }
});

test('a bucket that is not there is said at once', async () => {
  const place = await localPlace();
  const server = await startVersitygw(place.directory, 'kiln', 'kiln-secret');
  const usual = { ...process.env };
  Object.assign(process.env, LOGIN);
  const target = { url: 's3://missing/', endpoint: `http://127.0.0.1:${server.port}` };
  const run = await upload([await fileOf('disk', Buffer.from('an image'))], { targets: [target] });
  expect(failureOf(run)).toBe('UPLOAD_REFUSED: there is no bucket missing');
  process.env = usual;
  await server.stop();
  await place.stop();
});

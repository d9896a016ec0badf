import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localPlace } from '../../../support/upload/local-place.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, upload } from '../../../support/upload/upload.ts';
import { startVersitygw } from '../../../support/upload/versitygw.ts';

const before = { ...process.env };
beforeAll(() => {
  process.env['AWS_ACCESS_KEY_ID'] = 'kiln';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'kiln-secret';
  process.env['AWS_CONFIG_FILE'] = '/nonexistent';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nonexistent';
});
afterAll(() => {
  process.env = before;
});

uploadSuite(
  'S3',
  async () => {
    const place = await localPlace();
    const bucket = join(place.directory, 'images');
    await mkdir(bucket);
    const server = await startVersitygw(place.directory, 'kiln', 'kiln-secret');
    const isOurs = (name: string): boolean => !name.startsWith('.sgwtmp');
    return {
      port: server.port,
      target: (path, port = server.port) => ({ url: `s3://images/${path}`, endpoint: `http://127.0.0.1:${port}` }),
      read: (path) => readFile(join(bucket, path)).catch(() => undefined),
      names: async (path) => (await readdir(join(bucket, path)).catch((): string[] => [])).filter(isOurs).sort(),
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
  },
  { http: true, open: true },
);

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
  Object.assign(process.env, environment);
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
  const target = { url: 's3://missing/', endpoint: `http://127.0.0.1:${server.port}` };
  const run = await upload([await fileOf('disk', Buffer.from('an image'))], { targets: [target] });
  expect(failureOf(run)).toBe('UPLOAD_REFUSED: there is no bucket missing');
  await server.stop();
  await place.stop();
});

import { expect, test } from 'vitest';
import { atOnceOf, partSizeOf } from '../../../../post-processors/upload/targets/s3/parts.ts';
import { entriesOf } from '../../../../post-processors/upload/targets/webdav/dav-answer.ts';

const MIB = 1_048_576;
const TIB = 1_048_576 * MIB;

// 48.8 TiB is S3's largest object: 10,000 parts of 5 GiB.
test.each([1, 100 * MIB, 78_124 * MIB, 78_126 * MIB, TIB, TIB + 1, 5 * TIB, 48 * TIB])(
  'an object of %i bytes goes to S3 in parts that it takes',
  (size) => {
    const partSize = partSizeOf(size);
    expect(Math.ceil(size / partSize)).toBeLessThanOrEqual(10_000);
    expect(partSize).toBeGreaterThanOrEqual(5 * MIB);
    expect(partSize).toBeLessThanOrEqual(5 * 1024 * MIB);
    expect(partSize * Math.min(atOnceOf(partSize), Math.ceil(size / partSize))).toBeLessThanOrEqual(
      Math.max(64 * MIB, partSize),
    );
  },
);

test('a server of WebDAV may say how much room there is', () => {
  const answer = (quota: string): string =>
    `<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a%20b/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>
    </D:resourcetype>${quota}</D:prop></D:propstat></D:response></D:multistatus>`;
  const rooms = ['<D:quota-available-bytes>4096</D:quota-available-bytes>', '<D:quota-available-bytes/>', ''];
  expect(rooms.map((quota) => entriesOf(answer(quota)))).toMatchObject([
    [{ name: 'a b', isDirectory: true, room: 4096 }],
    [{ room: undefined }],
    [{ room: undefined }],
  ]);
});

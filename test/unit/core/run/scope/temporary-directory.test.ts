import { expect, test } from 'vitest';
import { acquireTemporaryDirectory } from '../../../../../core/run/scope/temporary-directory.ts';
import { acquireForTest } from '../../../../support/acquire.ts';

test.each(['/nonexistent', import.meta.filename, `/tmp/${'n'.repeat(300)}`])(
  'a place where no temporary files can be is named, with TMPDIR: %s',
  async (place) => {
    await expect(acquireTemporaryDirectory(acquireForTest(), 'files', place)).rejects.toMatchObject({
      code: 'TEMPORARY_DIRECTORY',
      message: expect.stringContaining(place) as string,
      hint: expect.stringContaining('TMPDIR') as string,
    });
  },
);

import { describe, expect, it } from 'vitest';
import { recallAccess, rememberAccess } from '../../../../../builders/_amazon/api/credentials/access.ts';

describe('the way into AWS', () => {
  const options = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret' },
    roles: [],
    insecure: false,
    maxAttempts: 3,
    metadataService: false,
  };
  it('that a dead process used is known again when this one uses the same', () => {
    const { options: open } = rememberAccess(options, 'eu-west-1');
    expect(recallAccess({ here: 'of another process', options: open })).toEqual(options);
    const elsewhere = recallAccess({ here: 'of another process', options: { ...open, maxAttempts: 4 } });
    expect(elsewhere.credentials).toBeUndefined();
  });
});

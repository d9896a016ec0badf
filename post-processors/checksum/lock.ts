import { lockKind } from '../_shared/file-lock.ts';

/** The lock on a checksum file while lines are put into it. */
export const checksumLock: ReturnType<typeof lockKind> = lockKind('checksum');

import { lockKind } from '../_shared/file-lock.ts';

/** The lock on a file that several builds may change, such as a list of checksums, while it is signed. */
export const signLock: ReturnType<typeof lockKind> = lockKind('sign');

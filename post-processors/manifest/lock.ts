import { lockKind } from '../_shared/file-lock.ts';

/** The lock on the manifest while it is added to. */
export const manifestLock: ReturnType<typeof lockKind> = lockKind('manifest');

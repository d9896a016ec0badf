import { lockKind } from '../_shared/file-lock.ts';

/** The lock on a catalogue while a box is put into it. */
export const catalogueLock: ReturnType<typeof lockKind> = lockKind('vagrant');

/** Files of this machine, read and written so that nothing is lost and no link leads astray. */
export { expandHome } from '../../core/communicators/ssh/login/key-file.ts';
export { digestFile, type Digests, type DigestOptions } from '../../core/files/digest/digest-file.ts';
export { type DigestAlgorithm } from '../../core/files/digest/algorithms.ts';
export { expandGlob, isGlob } from '../../core/files/expand-glob.ts';
export { joinReading, type ReadingPace } from '../../core/files/reading-pace.ts';
export { NoFile, openInput, readInput } from '../../core/files/open-input.ts';
export { copyTree } from '../../core/trees/copy-tree.ts';
export { walkTree, type TreeEntry, type WalkOptions } from '../../core/trees/walk-tree.ts';
export { makeDirectory } from '../../core/files/make-directory.ts';
export { mounts, type Mounts } from '../../core/files/mount-table.ts';
export { writeLike } from '../../core/files/write-like.ts';
export { writeTemporaryFile } from '../../core/run/scope/temporary-directory.ts';

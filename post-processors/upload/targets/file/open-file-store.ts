import type { OpenStore } from '../opening.ts';
import { treeStore } from '../_tree/tree-store.ts';
import { localTree } from './local-tree.ts';

/** A directory of this machine. */
export const openFileStore: OpenStore = (_url, options, { signal }) =>
  Promise.resolve(
    treeStore(localTree(signal), {
      urlOf: (name) => `file://${name}`,
      pathOf: (name) => name,
      noted: options.keep_last !== undefined,
      signal,
    }),
  );

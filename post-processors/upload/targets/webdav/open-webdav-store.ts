import type { OpenStore } from '../opening.ts';
import { openServer } from '../_http/open-server.ts';
import { treeStore } from '../_tree/tree-store.ts';
import { davTree } from './dav-tree.ts';

/** A server of WebDAV, over https or, with the scheme webdav, over http. */
export const openWebdavStore: OpenStore = async (url, options, setting) => {
  const server = await openServer(url, url.scheme === 'webdavs', options, setting);
  return treeStore(davTree(server), {
    urlOf: (name) => `${url.scheme}://${url.authority}${name}`,
    pathOf: (name) => name,
    noted: options.keep_last !== undefined,
    signal: setting.signal,
  });
};

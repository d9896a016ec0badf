import type { OpenStore } from '../opening.ts';
import { connectServer, serverPath, serverTree } from '../sftp/open-sftp-store.ts';
import { treeStore } from '../_tree/tree-store.ts';
import { rsyncFile } from './rsync-file.ts';

/** The files of an SSH server: rsync sends them, and all else goes by SFTP. */
export const openRsyncStore: OpenStore = async (url, options, setting) => {
  const tree = serverTree(await connectServer(url, options, setting));
  const write = {
    whole: (
      path: string,
      file: Parameters<typeof rsyncFile>[3]['file'],
      onBytes: (count: number) => void,
      signal: AbortSignal,
    ) => rsyncFile(url, options, setting.silence, { file, path }, onBytes, signal),
  };
  return treeStore(
    { ...tree, write },
    {
      urlOf: (name) => `rsync://${url.authority}${name}`,
      pathOf: serverPath,
      noted: options.keep_last !== undefined,
      signal: setting.signal,
    },
  );
};

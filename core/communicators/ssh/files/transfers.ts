import { stat } from 'node:fs/promises';
import type { Communicator, TreeUploadOptions, UploadSource } from '../../../contract/communicator.ts';
import { acrossLosses, type Recovery } from '../../transfer/across-losses.ts';
import { downloadFile, type FileDownload } from '../../transfer/download-file.ts';
import {
  hasNoShell,
  runGuestScript,
  type TransferMethod,
  type RunScript,
  type TransferMethods,
} from '../../transfer/guest-script.ts';
import { downloadTree, uploadTree, type TreeCopy } from '../../transfer/trees.ts';
import { uploadFile, type FileUpload } from '../../transfer/upload-file.ts';
import type { ReconnectingConnection, ConnectionSource } from '../connection.ts';
import type { SshConnectOptions } from '../options.ts';
import type { ConnectRun } from '../../../contract/communicator-type.ts';
import { runOverConnection } from '../command/run-over-connection.ts';
import { removeLeftovers, sftpRead, sftpTransfer, sftpWrite, type Leftovers } from './sftp-file.ts';
import { sftpDownloadTree, sftpHasDirectory, sftpUploadTree } from './sftp-tree.ts';
import { LARGE_BYTES, uploadRoute } from './upload-route.ts';

type Transfers = Pick<Communicator, 'upload' | 'uploadTree' | 'download' | 'downloadTree'>;

/** The connections to a guest. */
export interface Links {
  readonly first: ReconnectingConnection;
  /** For large uploads. */
  readonly second: ConnectionSource;
}

function scriptsOver(link: ConnectionSource): RunScript {
  return (each, request) =>
    runGuestScript(
      (command, options) =>
        runOverConnection(link, command, { terminal: false, ...options, forwardAgent: false, whole: true }),
      each,
      request,
    );
}

/** 0 for what cannot be looked at, which the upload itself tells of. */
async function sizeOf(source: UploadSource): Promise<number> {
  // What is in this process is not read by another.
  if ('content' in source) return 0;
  return stat(source.path).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Copying over SSH: by scripts, and by SFTP where that is asked for or the guest has no shell. When the connection is
 * lost it is done again over a new one.
 */
export function transfersOver({ first: link, second }: Links, options: SshConnectOptions, run: ConnectRun): Transfers {
  const script = scriptsOver(link);
  const file = <Job>(over: RunScript, sftp: TransferMethod<Job>): TransferMethods<Job> => ({
    run: over,
    lacking: 'the guest offers neither a shell nor SFTP',
    ...(options.transferMethod === 'sftp' ? { first: sftp } : { last: sftp }),
  });
  const lacking = 'the guest offers neither tar nor SFTP';
  const uploadsOver = (source: ConnectionSource, leftovers: Leftovers): TransferMethods<FileUpload> =>
    file(scriptsOver(source), ({ upload, destination }, doing, signal) =>
      sftpTransfer(source, doing, signal, async (sftp) => {
        await removeLeftovers(sftp, leftovers);
        await sftpWrite(sftp, upload, destination, leftovers);
      }),
    );
  const route = (size: number): ConnectionSource => {
    const way = uploadRoute({
      size,
      backend: link.backend,
      wanted: options.backend,
      throughSocks: options.proxy !== undefined,
      processes: run.acquire !== undefined,
      largeBytes: options.largeBytes ?? LARGE_BYTES,
    });
    return way === 'first' ? link : second;
  };
  const downloads = file<FileDownload>(script, ({ source, path }, doing, signal) =>
    sftpTransfer(link, doing, signal, (sftp) => sftpRead(sftp, source, path)),
  );
  const warn = (text: string): void => run.warn(text);
  const recovery: Recovery = {
    timeout: options.timeout,
    connect: (limit, signal) => link.login(signal, limit),
    warn,
  };
  /** Decided once: a try that was cut off may have made the directory. */
  const treePlace = async (destination: string, { name, signal }: TreeUploadOptions): Promise<string> => {
    if (name === undefined || name === '') return destination;
    const doing = `looking for ${destination} in the guest`;
    const isThere = await acrossLosses(recovery, signal, async () => {
      const answer = await script({ doing, script: '[ -d "$1" ]', paths: [destination] }, { signal });
      return hasNoShell(answer) ? sftpHasDirectory(link, destination, doing, signal) : answer.exitStatus === 0;
    });
    return isThere ? `${destination.replace(/\/+$/, '')}/${name}` : destination;
  };
  return {
    upload: async (source, destination, given) => {
      const leftovers: Leftovers = new Set();
      const ways = uploadsOver(route(await sizeOf(source)), leftovers);
      await acrossLosses(recovery, given.signal, () => uploadFile(ways, source, destination, given, run.progress));
    },
    download: (source, destination, given) =>
      acrossLosses(recovery, given.signal, () => downloadFile(downloads, source, destination, given)),
    uploadTree: async (directory, destination, given) => {
      const place = await treePlace(destination, given);
      const leftovers: Leftovers = new Set();
      const last: TransferMethod<TreeCopy> = (job, doing, signal) =>
        sftpUploadTree(link, { ...job, leftovers }, doing, warn, signal);
      const [ways, job] = [
        { run: script, last, lacking },
        { directory, destination: place },
      ];
      await acrossLosses(recovery, given.signal, () => uploadTree(ways, job, warn, { signal: given.signal }));
    },
    downloadTree: (directory, destination, given) => {
      const last: TransferMethod<TreeCopy> = (job, doing) => sftpDownloadTree(link, job, doing, given);
      const ways = { run: script, last, lacking };
      return acrossLosses(recovery, given.signal, () => downloadTree(ways, { directory, destination }, warn, given));
    },
  };
}

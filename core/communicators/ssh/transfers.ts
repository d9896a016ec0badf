import { stat } from 'node:fs/promises';
import type { Communicator, UploadSource } from '../communicator.ts';
import { downloadFile, type FileDownload } from '../transfer/download-file.ts';
import { runGuestScript, type OtherWay, type RunScript, type Ways } from '../transfer/guest-script.ts';
import { downloadTree, uploadTree, type TreeCopy } from '../transfer/trees.ts';
import { uploadFile, type FileUpload } from '../transfer/upload-file.ts';
import type { GuestLink, LoginSource } from './guest-link.ts';
import type { SshConnectOptions, SshRun } from './options.ts';
import { runOverLink } from './run-over-link.ts';
import { sftpRead, sftpTransfer, sftpWrite } from './sftp-file.ts';
import { sftpDownloadTree, sftpUploadTree } from './sftp-tree.ts';
import { LARGE_BYTES, uploadRoute } from './upload-route.ts';

type Transfers = Pick<Communicator, 'upload' | 'uploadTree' | 'download' | 'downloadTree'>;

/** The connections to a guest. */
export interface Links {
  readonly first: GuestLink;
  /** For large uploads. */
  readonly second: LoginSource;
}

function scriptsOver(link: LoginSource): RunScript {
  return (each, request) =>
    runGuestScript(
      (command, options) => runOverLink(link, command, { terminal: false, ...options, forwardAgent: false }),
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

/** Copying over SSH: by scripts, and by SFTP where that is asked for or the guest has no shell. */
export function transfersOver({ first: link, second }: Links, options: SshConnectOptions, run: SshRun): Transfers {
  const script = scriptsOver(link);
  const file = <Job>(over: RunScript, sftp: OtherWay<Job>): Ways<Job> => ({
    run: over,
    lacking: 'the guest offers neither a shell nor SFTP',
    ...(options.transferMethod === 'sftp' ? { first: sftp } : { last: sftp }),
  });
  const lacking = 'the guest offers neither tar nor SFTP';
  const uploadsOver = (source: LoginSource): Ways<FileUpload> =>
    file(scriptsOver(source), ({ upload, destination }, doing, signal) =>
      sftpTransfer(source, doing, signal, (sftp) => sftpWrite(sftp, upload, destination)),
    );
  const uploads = { first: uploadsOver(link), second: uploadsOver(second) };
  const route = (size: number): 'first' | 'second' =>
    uploadRoute({
      size,
      backend: link.backend,
      wanted: options.backend,
      throughSocks: options.proxy !== undefined,
      processes: run.acquire !== undefined,
      largeBytes: options.largeBytes ?? LARGE_BYTES,
    });
  const downloads = file<FileDownload>(script, ({ source, path }, doing, signal) =>
    sftpTransfer(link, doing, signal, (sftp) => sftpRead(sftp, source, path)),
  );
  const warn = (text: string): void => run.warn(text);
  return {
    upload: async (source, destination, given) =>
      uploadFile(uploads[route(await sizeOf(source))], source, destination, given),
    download: (source, destination, given) => downloadFile(downloads, source, destination, given),
    uploadTree: (directory, destination, given) => {
      const last: OtherWay<TreeCopy> = (job, doing) => sftpUploadTree(link, job, doing, warn, given);
      return uploadTree({ run: script, last, lacking }, { directory, destination }, warn, given);
    },
    downloadTree: (directory, destination, given) => {
      const last: OtherWay<TreeCopy> = (job, doing) => sftpDownloadTree(link, job, doing, given);
      return downloadTree({ run: script, last, lacking }, { directory, destination }, warn, given);
    },
  };
}

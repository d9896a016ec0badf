import type { Communicator } from '../communicator.ts';
import { downloadFile, type FileDownload } from '../transfer/download-file.ts';
import { runGuestScript, type OtherWay, type RunScript, type Ways } from '../transfer/guest-script.ts';
import { downloadTree, uploadTree } from '../transfer/trees.ts';
import { uploadFile, type FileUpload } from '../transfer/upload-file.ts';
import type { GuestLink } from './guest-link.ts';
import type { SshRun } from './options.ts';
import { runOverLink } from './run-over-link.ts';
import { sftpRead, sftpTransfer, sftpWrite } from './sftp-file.ts';
import { sftpDownloadTree, sftpUploadTree } from './sftp-tree.ts';

type Transfers = Pick<Communicator, 'upload' | 'uploadTree' | 'download' | 'downloadTree'>;

/** Copying over SSH: by scripts, and by SFTP where that is asked for or the guest has no shell. */
export function transfersOver(link: GuestLink, method: 'scp' | 'sftp', run: SshRun): Transfers {
  const script: RunScript = (each, request) =>
    runGuestScript(
      (command, options) => runOverLink(link, command, { terminal: false, ...options, forwardAgent: false }),
      each,
      request,
    );
  const file = <Job>(sftp: OtherWay<Job>): Ways<Job> => ({
    run: script,
    lacking: 'the guest offers neither a shell nor SFTP',
    ...(method === 'sftp' ? { first: sftp } : { last: sftp }),
  });
  const lacking = 'the guest offers neither tar nor SFTP';
  const uploads = file<FileUpload>(({ upload, destination }, doing, signal) =>
    sftpTransfer(link, doing, signal, (sftp) => sftpWrite(sftp, upload, destination)),
  );
  const downloads = file<FileDownload>(({ source, path }, doing, signal) =>
    sftpTransfer(link, doing, signal, (sftp) => sftpRead(sftp, source, path)),
  );
  const warn = (text: string): void => run.warn(text);
  return {
    upload: (source, destination, options) => uploadFile(uploads, source, destination, options),
    download: (source, destination, options) => downloadFile(downloads, source, destination, options),
    uploadTree: (directory, destination, options) => {
      const last: OtherWay<unknown> = (_job, doing, signal) =>
        sftpUploadTree(link, directory, destination, doing, signal);
      return uploadTree({ run: script, last, lacking }, { directory, destination }, warn, options);
    },
    downloadTree: (directory, destination, options) => {
      const last: OtherWay<unknown> = (_job, doing, signal) =>
        sftpDownloadTree(link, directory, destination, doing, signal);
      return downloadTree({ run: script, last, lacking }, { directory, destination }, warn, options);
    },
  };
}

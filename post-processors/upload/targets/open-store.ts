import { StepError } from '../../../plugins/sdk/index.ts';
import type { TargetOptions } from '../plan/plan-uploads.ts';
import { KINDS, parseTarget } from '../plan/target-url.ts';
import type { OpenStore, StoreSetting } from './opening.ts';
import type { Store } from './store.ts';

type Kind = (typeof KINDS)[keyof typeof KINDS];

/** Each kind's code, and a cloud's SDK with it, is loaded when a target needs it. */
const openers: Readonly<Record<Kind, () => Promise<OpenStore>>> = {
  az: async () => (await import('./az/open-az-store.ts')).openAzStore,
  file: async () => (await import('./file/open-file-store.ts')).openFileStore,
  gs: async () => (await import('./gs/open-gs-store.ts')).openGsStore,
  http: async () => (await import('./http/open-http-store.ts')).openHttpStore,
  oci: async () => (await import('./oci/open-oci-store.ts')).openOciStore,
  rsync: async () => (await import('./rsync/open-rsync-store.ts')).openRsyncStore,
  s3: async () => (await import('./s3/open-s3-store.ts')).openS3Store,
  sftp: async () => (await import('./sftp/open-sftp-store.ts')).openSftpStore,
  swift: async () => (await import('./swift/open-swift-store.ts')).openSwiftStore,
  webdav: async () => (await import('./webdav/open-webdav-store.ts')).openWebdavStore,
};

/** Throws `StepError` UPLOAD_URL for what is no URL of a target, and what opening it throws. */
export async function openStore(text: string, options: TargetOptions, setting: StoreSetting): Promise<Store> {
  const url = parseTarget(text);
  if (url === undefined) throw new StepError(`${text} is no place to upload to`, { code: 'UPLOAD_URL' });
  const open = await openers[KINDS[url.scheme]]();
  return open(url, options, setting);
}

import { ReadStream } from 'node:fs';
import type { Ui } from '../../contract/build-run.ts';
import type { Upload } from './upload-content.ts';

const INTERVAL_MILLISECONDS = 200;
/** Of less nobody has to wait for. */
const LEAST_BYTES = 1024 * 1024;

interface WatchedUpload extends Disposable {
  /** Send this one. */
  readonly upload: Upload;
  /** Says that all of it has arrived. */
  finish(): void;
}

/**
 * Reports how much of a file was read for its transfer, which is ahead of what has arrived by no more than buffers hold. What
 * reads nothing in this process reports nothing.
 */
export function watchUpload(upload: Upload, what: string, progress: Ui['progress'] | undefined): WatchedUpload {
  const { size } = upload;
  if (progress === undefined || size < LEAST_BYTES) {
    return { upload, finish: () => undefined, [Symbol.dispose]: () => undefined };
  }
  let stream: ReadStream | undefined;
  const timer = setInterval(() => {
    const done = stream?.bytesRead ?? 0;
    if (done > 0) progress(what, Math.min(done, size), size, 'bytes');
  }, INTERVAL_MILLISECONDS).unref();
  return {
    upload: {
      ...upload,
      open: () => {
        const opened = upload.open();
        if (opened instanceof ReadStream) stream = opened;
        return opened;
      },
    },
    finish: () => progress(what, size, size, 'bytes'),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

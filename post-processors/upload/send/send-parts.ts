import type { ProgressMeter } from '../../_shared/progress-meter.ts';
import type { UploadFile, UploadInParts } from '../targets/store.ts';
import type { Patience } from '../../_transfer/patience.ts';
import { readParts } from './read-parts.ts';

/** Sends the parts that are not there yet, several at once. */
export async function sendParts(
  file: UploadFile,
  upload: UploadInParts,
  meter: ProgressMeter,
  patience: Patience,
  cancelled: AbortSignal,
): Promise<void> {
  await using reader = await readParts(file, upload.partSize);
  const stop = new AbortController();
  const signal = AbortSignal.any([cancelled, stop.signal]);
  const work = async (): Promise<void> => {
    // All workers take from the one reader; each has one part in its hands.
    const buffer = Buffer.allocUnsafeSlow(Math.min(upload.partSize, file.size));
    for (let next = await reader.next(buffer); next !== undefined; next = await reader.next(buffer)) {
      const { part, bytes } = next;
      signal.throwIfAborted();
      if (!upload.isThere(part, bytes)) await patience.patiently(() => upload.put(part, bytes, signal), signal);
      meter.add(bytes.length);
    }
  };
  let failure: { readonly error: unknown } | undefined;
  const workers = Math.min(upload.atOnce, Math.max(1, Math.ceil(file.size / upload.partSize)));
  const working = Array.from({ length: workers }, () =>
    work().catch((error: unknown) => {
      // The others end because of this one.
      failure ??= { error };
      stop.abort();
    }),
  );
  await Promise.all(working);
  if (failure !== undefined) throw failure.error;
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CancelledError, KilnError, StepError } from '../../../plugins/sdk/index.ts';
import { readAtMost, shownAddress, TooMuch } from '../../../plugins/sdk/http.ts';
import { faultOfList, LONGEST_LIST } from './checksum-list.ts';
import { fetchSmall } from './request.ts';
import type { Location } from './location.ts';

function noList(shown: string, reason: string, pointer: string): StepError {
  return new StepError(`${shown} is no list of checksums: ${reason}`, {
    code: 'CHECKSUM_NO_LIST',
    pointer,
    hint: 'are the source and its checksum swapped?',
  });
}

function shownSize(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

async function readFileList(path: string, pointer: string, signal: AbortSignal): Promise<Buffer> {
  try {
    const found = await stat(path);
    const { size } = found;
    // Of a FIFO no end may come, and an open that waits cannot be cancelled.
    if (!found.isFile()) throw noList(path, 'it is no file', pointer);
    if (size > LONGEST_LIST) throw noList(path, `it has ${shownSize(size)}`, pointer);
    return await readAtMost(createReadStream(path, { signal }), LONGEST_LIST);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    if (error instanceof KilnError || error instanceof TooMuch) throw error;
    throw new StepError(
      `the list of checksums ${path} cannot be read: ${error instanceof Error ? error.message : ''}`,
      {
        code: 'SOURCE_UNREADABLE',
        pointer,
        cause: error,
      },
    );
  }
}

/** The text of a list of checksums. Throws `StepError` CHECKSUM_NO_LIST, SOURCE_UNREADABLE or DOWNLOAD_…. */
export async function readList(list: Location, pointer: string, signal: AbortSignal): Promise<string> {
  const shown = list.kind === 'web' ? shownAddress(list.url) : list.path;
  try {
    const content =
      list.kind === 'web'
        ? await fetchSmall(list.url, LONGEST_LIST, signal)
        : await readFileList(list.path, pointer, signal);
    const fault = faultOfList(content);
    if (fault !== undefined) throw noList(shown, fault, pointer);
    return content.toString('utf8');
  } catch (error) {
    throw error instanceof TooMuch ? noList(shown, error.message, pointer) : error;
  }
}

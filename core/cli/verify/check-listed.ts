import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { digestFile } from '../../files/digest/digest-file.ts';
import type { Verdict } from './check-file.ts';
import { listedFiles, type ListedFile } from './checksum-list.ts';

async function checkListed(list: string, listed: ListedFile, signal: AbortSignal): Promise<Verdict> {
  const file = isAbsolute(listed.path) ? listed.path : join(dirname(list), listed.path);
  const about = { file, list };
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return { ...about, outcome: 'missing', text: 'there is no such file' };
  throwIfCancelled(signal);
  const { algorithm, digest } = listed;
  try {
    const found = (await digestFile(file, [algorithm], { signal })).get(algorithm);
    if (found === digest) return { ...about, outcome: 'good', text: `its ${algorithm} is as listed` };
    return { ...about, outcome: 'bad', text: `its ${algorithm} is ${String(found)} and not ${digest}, as listed` };
  } catch (error) {
    throwIfCancelled(signal);
    return {
      ...about,
      outcome: 'bad',
      text: `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Compares the files that a list of checksums has with it; nothing when the file is no such list. */
export async function checkListedFiles(list: string, signal: AbortSignal): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const listed of await listedFiles(list)) verdicts.push(await checkListed(list, listed, signal));
  return verdicts;
}

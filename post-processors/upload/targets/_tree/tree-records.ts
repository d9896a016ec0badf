import { posix } from 'node:path';
import { isList, isObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import type { KeptUpload, Retention, UploadFile } from '../store.ts';
import type { Tree } from './tree.ts';

/** Where uploads are noted, beside the files of a target. */
const DIRECTORY = '.kiln';

interface NotedFile {
  readonly name: string;
  readonly size: number;
  readonly changed: number;
}

export interface TreeRecords extends Retention {
  /** Notes a file that has its final name. */
  note(file: UploadFile): Promise<void>;
}

function notedFiles(value: JsonValue | undefined): readonly NotedFile[] {
  if (!isList(value)) return [];
  return value.flatMap((each) => {
    if (!isObject(each)) return [];
    const { name, size, changed } = each;
    return typeof name === 'string' && typeof size === 'number' && typeof changed === 'number'
      ? [{ name, size, changed }]
      : [];
  });
}

/** What was uploaded, in a file for each series and run: nobody else writes to it, and what is not in one is never removed. */
export function treeRecords(tree: Tree, pathOf: (name: string) => string): TreeRecords {
  async function readRecord(path: string): Promise<{ readonly time: number; readonly files: readonly NotedFile[] }> {
    const chunks: Buffer[] = [];
    await tree.read(path, (chunk) => void chunks.push(chunk));
    let value: JsonValue = null;
    try {
      value = JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonValue;
    } catch {
      // Half a record says nothing, and what it was about stays.
    }
    const { time, files } = isObject(value) ? value : {};
    return { time: typeof time === 'number' ? time : Infinity, files: notedFiles(files) };
  }

  const recordsOf = (name: string, series: string): string =>
    posix.join(posix.dirname(pathOf(name)), DIRECTORY, series);

  return {
    note: async ({ name, mark }) => {
      const directory = recordsOf(name, mark.series);
      const path = posix.join(directory, `${mark.run}.json`);
      const there = await tree.look(pathOf(name));
      if (there === undefined) return;
      const before = (await tree.look(path)) === undefined ? [] : (await readRecord(path)).files;
      const { size, changed } = there;
      const files = [...before.filter((each) => each.name !== name), { name, size, changed }];
      await tree.makeDirectory(directory);
      await tree.put(path, Buffer.from(`${JSON.stringify({ time: mark.time, files })}\n`));
    },
    list: async ({ name: newest, mark }) => {
      const directory = recordsOf(newest, mark.series);
      const uploads: KeptUpload[] = [];
      for (const name of (await tree.list(directory)).filter((each) => each.endsWith('.json'))) {
        const record = posix.join(directory, name);
        const { time, files } = await readRecord(record);
        uploads.push({ run: name.slice(0, -'.json'.length), time, names: files.map((file) => file.name), record });
      }
      return uploads;
    },
    remove: async ({ record }, spared) => {
      const path = record;
      const removed: string[] = [];
      for (const { name, size, changed } of (await readRecord(path)).files) {
        const there = await tree.look(pathOf(name));
        // What was changed since is not what Kiln has uploaded.
        const same = there?.size === size && there.changed === changed;
        if (!same || spared.has(name)) continue;
        await tree.remove(pathOf(name));
        removed.push(name);
      }
      await tree.remove(path);
      return removed;
    },
  };
}

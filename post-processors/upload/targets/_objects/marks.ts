import { posix } from 'node:path';
import type { KeptUpload, Mark, Retention, UploadFile } from '../store.ts';

/** Metadata of an object that Kiln has uploaded. */
export function metadataOf({ series, run, time }: Mark, token: string): Record<string, string> {
  return { 'kiln-token': token, 'kiln-series': series, 'kiln-run': run, 'kiln-time': String(time) };
}

type Metadata = Readonly<Record<string, string | undefined>>;

/** What a store of objects can do. */
export interface MarkedObjects {
  /** Names of objects that begin so. */
  list(prefix: string): Promise<readonly string[]>;
  /** Undefined when there is no such object. */
  metadata(name: string): Promise<Metadata | undefined>;
  remove(name: string): Promise<void>;
}

/** How many objects are asked about at once. */
const AT_ONCE = 16;

async function marked(objects: MarkedObjects, names: readonly string[]): Promise<readonly [string, Metadata][]> {
  const found: [string, Metadata][] = [];
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const metadata = await objects.metadata(name);
      if (metadata?.['kiln-run'] !== undefined) found.push([name, metadata]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

/** Tells Kiln's own uploads from others by the metadata of each object, which goes when somebody replaces it. */
export function markedRetention(objects: MarkedObjects): Retention {
  return {
    list: async ({ name, mark }: UploadFile) => {
      const directory = posix.dirname(name);
      const names = await objects.list(directory === '/' ? '/' : `${directory}/`);
      const own = (await marked(objects, names)).filter(([, metadata]) => metadata['kiln-series'] === mark.series);
      return [...Map.groupBy(own, ([, metadata]) => metadata['kiln-run'] ?? '')].map(([run, group]): KeptUpload => ({
        run,
        time: Number(group[0]?.[1]['kiln-time'] ?? Infinity),
        names: group.map(([each]) => each),
        record: run,
      }));
    },
    remove: async ({ names, record }, spared) => {
      const removed: string[] = [];
      for (const name of names.filter((each) => !spared.has(each))) {
        if ((await objects.metadata(name))?.['kiln-run'] !== record) continue;
        await objects.remove(name);
        removed.push(name);
      }
      return removed;
    },
  };
}

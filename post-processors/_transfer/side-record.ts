import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/**
 * What has to be known to go on with an upload and changes on the way, or lets whoever knows it in: it is in a file that
 * only this user may read, and the journal has its path.
 */
export interface SideRecord {
  /** Undefined when there is none. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

export function sideRecord(path: string): SideRecord {
  return {
    read: () => readFile(path, 'utf8').catch(() => undefined),
    write: async (text) => {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    remove: () => rm(path, { force: true }),
  };
}

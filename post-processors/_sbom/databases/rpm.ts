import { StepError } from '../../../plugins/sdk/index.ts';
import type { InstalledPackage } from '../package.ts';
import { readRpmHeader } from './rpm-header.ts';

/** The packages of an `rpmdb.sqlite`, which is a file of this machine. Throws `StepError` SBOM_DATABASE. */
export async function readRpmDatabase(file: string): Promise<readonly InstalledPackage[]> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    using database = new DatabaseSync(file);
    const rows = database.prepare('SELECT blob FROM Packages').all();
    return rows.flatMap(({ blob }) => {
      const found = blob instanceof Uint8Array ? readRpmHeader(Buffer.from(blob)) : undefined;
      return found === undefined ? [] : [found];
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepError(`the database of rpm cannot be read: ${reason}`, { code: 'SBOM_DATABASE', cause: error });
  }
}

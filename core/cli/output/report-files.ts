import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import type { RunReport } from '../../run/report.ts';

/** Files for the report of a run, named by the user. */
export interface ReportFiles {
  /** Throws `UsageError` REPORT_UNWRITABLE. */
  write(report: RunReport): void;
}

function put(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the report cannot be written to ${path}: ${reason}`, {
      code: 'REPORT_UNWRITABLE',
      hint: 'name a file in a directory that is there and may be written to',
      cause: error,
    });
  }
}

/**
 * The files of -report, empty until the run is over, so that it is known before the run whether they can be written. Throws
 * `UsageError` REPORT_FORMAT or REPORT_UNWRITABLE.
 */
export function reportFiles(given: readonly string[]): ReportFiles {
  for (const path of given) {
    if (path.endsWith('.json')) continue;
    throw new UsageError(`-report=${path} is no file for a report`, {
      code: 'REPORT_FORMAT',
      hint: 'its name ends in .json',
    });
  }
  const paths = given.map((path) => resolve(path));
  for (const path of paths) put(path, '');
  return {
    write: (report) => {
      for (const path of paths) put(path, `${JSON.stringify(report, undefined, 2)}\n`);
    },
  };
}

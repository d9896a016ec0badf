import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import type { KilnEvent } from '../../events/event.ts';
import { makeDirectorySync } from '../../files/make-directory.ts';
import type { Reporter } from '../../ui/reporter.ts';
import { terminal } from '../../ui/terminal.ts';
import { printError } from './print.ts';

/** The file of what is about the run and no build of it. */
const RUN_FILE = 'kiln.log';

export interface LogFiles {
  /** Absolute path. */
  readonly directory: string;
  readonly reporter: Reporter;
}

function fileName(build: string): string {
  return `${build.replaceAll(/[^\w.@+-]/g, '_')}.log`;
}

/** Text for a file, until writing fails: that is said once and ends no build. */
function fileWriter(path: string): { readonly write: (text: string) => void; readonly close: () => void } {
  let descriptor: number | undefined = openSync(path, 'w');
  return {
    write: (text) => {
      if (descriptor === undefined) return;
      try {
        appendFileSync(descriptor, text);
      } catch (error) {
        descriptor = undefined;
        printError(`the log ${path} ends here: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function asUsage(directory: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`no log can be written to ${directory}: ${reason}`, {
    code: 'LOG_UNWRITABLE',
    hint: 'name a directory of -log that Kiln may write to',
  });
}

/**
 * A reporter that writes a file for each build, and one for the run, with all details and the time of each line. Files of
 * an earlier run are replaced. Throws `UsageError` LOG_UNWRITABLE.
 */
export function logFiles(given: string): LogFiles {
  const directory = resolve(given);
  const writers = new Map<string, { readonly reporter: Reporter; readonly close: () => void }>();
  const open = (name: string): Reporter => {
    const known = writers.get(name);
    if (known !== undefined) return known.reporter;
    const { write, close } = fileWriter(join(directory, name));
    const reporter = terminal(write, {
      colour: false,
      timestamps: true,
      verbosity: 'verbose',
      place: 'log',
      keeps: true,
      logDirectory: undefined,
    });
    writers.set(name, { reporter, close });
    return reporter;
  };
  try {
    makeDirectorySync(directory, 0o777);
    open(RUN_FILE);
  } catch (error) {
    throw asUsage(directory, error);
  }
  const report = (event: KilnEvent): void => {
    const build = 'build' in event ? event.build : undefined;
    if (build === undefined) open(RUN_FILE).report(event);
    else {
      if (event.type === 'build-finished' || event.type === 'step-finished') open(RUN_FILE).report(event);
      open(fileName(build)).report(event);
    }
  };
  return {
    directory,
    reporter: {
      report,
      suspend: () => () => undefined,
      end: () => {
        for (const { reporter, close } of writers.values()) {
          reporter.end();
          close();
        }
      },
    },
  };
}

import type { Reporter } from './reporter.ts';

/** Tells several reporters; what one of them throws does not keep an event from the others. */
export function several(reporters: readonly Reporter[]): Reporter {
  return {
    report: (event) => {
      for (const reporter of reporters) {
        try {
          reporter.report(event);
        } catch {
          // A reporter that fails must not end a build.
        }
      }
    },
    suspend: () => {
      const all = reporters.map((reporter) => reporter.suspend());
      return () => {
        for (const resume of all) resume();
      };
    },
    end: () => {
      for (const reporter of reporters) reporter.end();
    },
  };
}

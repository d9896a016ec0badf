import { appendFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { githubAnnotations, githubGroups } from '../../ui/ci/github.ts';
import { gitlabSections, stepGroups } from '../../ui/ci/step-groups.ts';
import type { Reporter, Write } from '../../ui/reporter.ts';
import { several } from '../../ui/several.ts';

function appendTo(path: string): (text: string) => void {
  return (text) => {
    try {
      appendFileSync(path, text);
    } catch {
      // The summary is a convenience; the log has it all.
    }
  };
}

/** The reporter with what the CI system that Kiln runs in makes of a log: folds, annotations, a summary. */
export function forCi(reporter: Reporter, write: Write, environment: NodeJS.ProcessEnv): Reporter {
  const { GITHUB_ACTIONS, GITHUB_WORKSPACE = '.', GITHUB_STEP_SUMMARY: summary = '', GITLAB_CI } = environment;
  if (GITHUB_ACTIONS === 'true') {
    const options = {
      fromRoot: (path: string) => relative(resolve(GITHUB_WORKSPACE), resolve(path)),
      summarize: summary === '' ? undefined : appendTo(summary),
    };
    return several([stepGroups(reporter, write, githubGroups), githubAnnotations(write, options)]);
  }
  return GITLAB_CI === 'true' ? stepGroups(reporter, write, gitlabSections) : reporter;
}

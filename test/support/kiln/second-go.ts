import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** "test/unit/a.test.ts > suite > test" of each test of a file. */
function namesIn(module: TestModule, which: 'all' | 'flaky'): readonly string[] {
  return [...module.children.allTests()]
    .filter((test) => which === 'all' || test.diagnostic()?.flaky === true)
    .map((test) => `${module.relativeModuleId} > ${test.fullName}`);
}

/** The tests that may need a second go, a line each; a line without a test's name stands for all of a file. */
export function readSecondGoes(path: string = join(import.meta.dirname, '../../second-go.txt')): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

function isListed(name: string, listed: readonly string[]): boolean {
  return listed.some((line) => name === line || name.startsWith(`${line} > `));
}

/** What is listed of a file that ran, and is no test of it any more. */
function staleIn(module: TestModule, listed: readonly string[]): readonly string[] {
  const names = namesIn(module, 'all');
  if (names.length === 0) return [];
  return listed.filter(
    (line) => line.startsWith(`${module.relativeModuleId} > `) && !names.some((name) => isListed(name, [line])),
  );
}

/**
 * Names at the end of a run the tests that passed in their second go only (`retry`), and fails the run for one that is not
 * `listed`, and for a line of the list that no test has: the list may only shrink.
 */
export function secondGoReporter(listed: readonly string[]): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const flaky = modules.flatMap((module) => namesIn(module, 'flaky'));
      const stale = modules.flatMap((module) => staleIn(module, listed));
      for (const name of flaky) {
        const known = isListed(name, listed) ? '' : ' (not in test/second-go.txt: mend it)';
        process.stdout.write(`needed a second go: ${name}${known}\n`);
      }
      for (const line of stale) process.stdout.write(`no such test, take it off test/second-go.txt: ${line}\n`);
      if (stale.length > 0 || flaky.some((name) => !isListed(name, listed))) process.exitCode = 1;
    },
  };
}

import { cacheDirectory } from '../../directories/state-directory.ts';
import { defineCommand, type Command } from '../command.ts';
import { examine, type ComponentReport } from '../doctor/examine.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { print } from '../output/print.ts';
import { componentsHere } from '../template-plugins.ts';
import { modeFlags } from '../flags/shared-flags.ts';
import { aptCommand } from '../set-up/apt.ts';
import { packagesOf } from '../set-up/missing-programs.ts';

function componentLines({ kind, type, programs, notes, failure }: ComponentReport): string {
  const width = Math.max(0, ...programs.map(({ program }) => program.length));
  const rows = programs.map(({ program, path, purpose, optional, package: debianPackage }) => {
    const state = path === undefined ? (optional ? '-' : '✗') : '✓';
    const found = path ?? `missing${optional ? ', optional' : ''}: to ${purpose}; package ${debianPackage}`;
    return `    ${state} ${program.padEnd(width)}  ${found}\n`;
  });
  const complete = failure === undefined && programs.every(({ path, optional }) => path !== undefined || optional);
  return `  ${complete ? '✓' : '✗'} ${kind} ${type}\n${rows.join('')}${[...notes, ...(failure === undefined ? [] : [failure])].map((note) => `    ${note}\n`).join('')}`;
}

export const doctor: Command = defineCommand({
  usage: 'doctor [flags]',
  description:
    'Shows what this machine has and lacks for each component, also for those of plugins that the lock file in the working directory pins, and the command that mends it. The exit code is 1 when a component lacks something that it cannot work without, or cannot be loaded.',
  flags: { json: { ...modeFlags.json, summary: 'write the result as one JSON object' } },
  operands: { least: 0, most: 0 },
  run: async ({ flags }) => {
    const report = await examine(componentsHere(), {
      cacheDirectory: cacheDirectory(process.env),
      signal: new AbortController().signal,
    });
    const missing = report.components
      .flatMap(({ programs }) => programs)
      .filter(({ path, optional }) => path === undefined && !optional);
    const failed = report.components.filter(({ failure }) => failure !== undefined);
    const packages = packagesOf(missing);
    const mend = packages.length === 0 ? undefined : aptCommand(packages);
    if (flags.json) print(`${JSON.stringify({ ...report, mend: mend ?? null })}\n`);
    else {
      print(`${report.machine.map((line) => `${line}\n`).join('')}\n`);
      print(report.components.map(componentLines).join(''));
      if (mend !== undefined) print(`\nWhat is missing comes with:\n  ${mend}\n`);
      else if (failed.length === 0) print('\nNothing is missing.\n');
    }
    return missing.length === 0 && failed.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
});

import { printError } from './print.ts';

/** For `listRuns`. */
export function sayRefused(name: string, reason: string): void {
  printError(`the run ${name} is left out: ${reason}\n`);
}

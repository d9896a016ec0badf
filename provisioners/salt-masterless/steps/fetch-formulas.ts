import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { aboutOption, CommandError, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { parseFormula, type Formula } from '../formula.ts';

/** A directory on this machine that is to be in the state tree under `name`. */
export interface FetchedFormula {
  readonly name: string;
  readonly directory: string;
}

async function git(args: readonly string[], text: string, run: ProvisionRun): Promise<void> {
  try {
    // Nobody is there to be asked for a password.
    await runProgram('git', args, { signal: run.signal, env: { GIT_TERMINAL_PROMPT: '0' } });
  } catch (cause) {
    if (!(cause instanceof CommandError) || cause.code !== 'PROGRAM_FAILED') throw cause;
    throw new CommandError(`formula ${text} cannot be fetched`, {
      code: 'SALT_FORMULA_FAILED',
      cause,
      ...(cause.outputTail === undefined ? {} : { outputTail: cause.outputTail }),
    });
  }
}

async function fetch(formula: Formula, text: string, clone: string, run: ProvisionRun): Promise<FetchedFormula> {
  run.say(`fetching formula ${text}`);
  await git(['clone', '--quiet', formula.repository, clone], text, run);
  if (formula.ref !== undefined) await git(['-C', clone, 'checkout', '--quiet', formula.ref], text, run);
  const directory = join(clone, formula.directory);
  const isThere = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return { name: basename(formula.directory), directory };
  throw new StepError(`formula ${text}: the repository has no directory ${JSON.stringify(formula.directory)}`, {
    code: 'SALT_FORMULA_FAILED',
  });
}

/** Clones the formulas below `into`. Throws `CommandError` or `StepError` SALT_FORMULA_FAILED. */
export async function fetchFormulas(
  config: SaltMasterlessProvisionerConfig,
  into: string,
  run: ProvisionRun,
): Promise<readonly FetchedFormula[]> {
  const fetched: FetchedFormula[] = [];
  await mkdir(into, { recursive: true });
  for (const [index, text] of (config.formulas ?? []).entries()) {
    const formula = parseFormula(text);
    if (formula !== undefined) {
      const clone = join(into, String(index));
      fetched.push(await aboutOption(`/formulas/${index}`, () => fetch(formula, text, clone, run)));
    }
  }
  return fetched;
}

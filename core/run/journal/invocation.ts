import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import { isObject } from '../../json/guards.ts';
import type { JsonObject } from '../../contract/json.ts';

const NAME = 'invocation.json';

/** Writes down how a run was called for, so that another process can go on with it. */
export function writeInvocation(runDirectory: string, invocation: JsonObject): void {
  const path = join(runDirectory, NAME);
  writeFileSync(`${path}.new`, `${JSON.stringify(invocation)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/**
 * Takes the values given with -var out of what was written down, once nothing is left to go on with: only their names
 * stay, to be given again. Does nothing when nothing was written down.
 */
export async function forgetValues(runDirectory: string): Promise<void> {
  const invocation = await readInvocation(runDirectory).catch(() => undefined);
  const given = invocation?.['var'];
  if (invocation === undefined || !(given instanceof Array) || given.length === 0) return;
  const names = given.filter((pair) => typeof pair === 'string').map((pair) => pair.slice(0, pair.indexOf('=')));
  const withheld = invocation['withheld'] instanceof Array ? invocation['withheld'] : [];
  writeInvocation(runDirectory, { ...invocation, var: [], withheld: [...new Set([...withheld, ...names])] });
}

/** Throws `UsageError` RUN_NOT_RESUMABLE when the run's directory does not tell. */
export async function readInvocation(runDirectory: string): Promise<JsonObject> {
  try {
    const value = JSON.parse(await readFile(join(runDirectory, NAME), 'utf8')) as unknown;
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new UsageError('nothing tells how this run was called for', {
    code: 'RUN_NOT_RESUMABLE',
    hint: 'build the template anew; "kiln gc" removes what the run has left',
  });
}

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors/errors.ts';
import type { JsonObject, JsonValue } from './json.ts';

const NAME = 'invocation.json';

/** Writes down how a run was called for, so that another process can go on with it. */
export function writeInvocation(runDirectory: string, invocation: JsonObject): void {
  writeFileSync(join(runDirectory, NAME), `${JSON.stringify(invocation)}\n`, { mode: 0o600 });
}

/** Throws `UsageError` RUN_NOT_RESUMABLE when the run's directory does not tell. */
export async function readInvocation(runDirectory: string): Promise<JsonObject> {
  try {
    const value = JSON.parse(await readFile(join(runDirectory, NAME), 'utf8')) as JsonValue;
    if (typeof value === 'object' && value !== null && !(value instanceof Array)) return value;
  } catch {
    // Told below.
  }
  throw new UsageError('nothing tells how this run was called for', {
    code: 'RUN_NOT_RESUMABLE',
    hint: 'build the template anew; "kiln gc" removes what the run has left',
  });
}

import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { readArchive, type ArchiveItem } from '../../core/communicators/tar/read-archive.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { StepError } from '../../core/errors/errors.ts';
import { isObject } from '../../core/json/guards.ts';

const MOST_PACKAGE_BYTES = 1024 * 1024;

/** Why an entry may not be unpacked; undefined when it may. */
function faultOf({ entry: { path, type } }: ArchiveItem): string | undefined {
  const parts = path.split('/');
  if (path.startsWith('/') || path.includes('\\') || parts.includes('..')) return 'leads out of the package';
  return type === 'file' || type === 'directory' ? undefined : `is a ${type === 'other' ? 'device' : type}`;
}

function refuse(path: string, why: string, cause?: unknown): StepError {
  return new StepError(`the tarball ${path} is not installed: ${why}`, {
    code: 'PLUGIN_ARCHIVE',
    hint: 'have it made anew with "npm pack", and find out who made this one',
    cause,
  });
}

/**
 * The package.json of a tarball as `npm pack` writes it, after a look at all that is in it. Throws `StepError` PLUGIN_ARCHIVE
 * when it is damaged, holds links or devices, or would be unpacked anywhere but in its own folder.
 */
export async function readPackageOf(path: string): Promise<JsonObject> {
  let found: JsonObject | undefined;
  try {
    for await (const item of readArchive(createReadStream(path).pipe(createGunzip()))) {
      const fault = faultOf(item);
      const { path: name, size } = item.entry;
      if (fault !== undefined) throw refuse(path, `its entry ${JSON.stringify(name)} ${fault}`);
      if (!/^[^/]+\/package\.json$/.test(name) || size > MOST_PACKAGE_BYTES) continue;
      const value = JSON.parse((await buffer(item.contents())).toString('utf8')) as unknown;
      if (isObject(value)) found = value;
    }
  } catch (error) {
    if (error instanceof StepError) throw error;
    throw refuse(path, `it cannot be read (${error instanceof Error ? error.message : String(error)})`, error);
  }
  if (found === undefined) throw refuse(path, 'it has no package.json');
  return found;
}

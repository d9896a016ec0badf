import { realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import { homeDirectory } from '../../directories/home-directory.ts';
import { mounts } from '../../files/mount-table.ts';

/** What this process reads or works in, by path: a fact about the process, as its working directory is. */
const places = new Map<string, string>();

/** No output may be one of the paths, or a directory that holds one; `what` they are is for messages. */
export function protectPlaces(what: string, paths: readonly string[]): void {
  for (const path of paths) places.set(resolve(path), what);
}

function ownPlaces(): ReadonlyMap<string, string> {
  const own: readonly (readonly [string, () => string])[] = [
    ['the working directory', () => process.cwd()],
    ['the home directory', () => homeDirectory(process.env)],
    ['the directory of temporary files', tmpdir],
    ['Kiln itself', () => import.meta.dirname],
  ];
  return new Map(
    own.flatMap(([what, path]) => {
      try {
        return [[path(), what] as const];
      } catch {
        // There is none.
        return [];
      }
    }),
  );
}

/** Known by number, whatever links and mounts lead to it. */
async function numberOf(path: string): Promise<string | undefined> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );
}

/** Whether `path` is there, and is the thing of that number or in it. */
async function isIn(path: string, number: string): Promise<boolean> {
  let each = await realpath(path).catch(() => undefined);
  while (each !== undefined) {
    if ((await numberOf(each)) === number) return true;
    each = dirname(each) === each ? undefined : dirname(each);
  }
  return false;
}

function refused(place: string, why: string): StepError {
  return new StepError(`the output ${place} ${why}`, {
    code: 'OUTPUT_PROTECTED',
    hint: 'choose a path of its own for the output; not even -force replaces this one',
  });
}

/**
 * Throws `StepError` OUTPUT_PROTECTED when what is at an output's place is, or holds, what must not be replaced: the
 * template, `inputs`, and whatever else Kiln reads and works in; or a file system. OUTPUT_NOT_A_FILE when it is neither
 * a file nor a directory.
 */
export async function refuseProtected(place: string, inputs: readonly string[] = []): Promise<void> {
  const found = await stat(place).catch(() => undefined);
  const number = await numberOf(place);
  if (found === undefined || number === undefined) return;
  if (!found.isFile() && !found.isDirectory()) {
    throw new StepError(`the output ${place} exists and is neither a file nor a directory`, {
      code: 'OUTPUT_NOT_A_FILE',
      hint: 'choose another path for the output',
    });
  }
  const all = [...ownPlaces(), ...places, ...inputs.map((path) => [resolve(path), 'what the build reads'] as const)];
  for (const [path, what] of all) {
    if (await isIn(path, number)) {
      throw refused(place, (await numberOf(path)) === number ? `is ${what}` : `holds ${what}: ${path}`);
    }
  }
  // Other systems than Linux have no such list.
  const real = await realpath(place);
  const [mounted] = await mounts().then(
    (table) => table.at(real),
    () => [],
  );
  if (mounted !== undefined) throw refused(place, `holds what is mounted at ${mounted}`);
}

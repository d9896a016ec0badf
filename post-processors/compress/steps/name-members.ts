import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { Member } from '../../_archive/member.ts';
import { packingName, type Packing } from '../packing.ts';

function nameIn(packing: Packing, path: string): string {
  const shown = shownPath(path);
  return packing.archive === 'zip' && !isAbsolute(shown) ? shown : basename(path);
}

async function member(path: string, packing: Packing, signal: AbortSignal): Promise<Member> {
  const status = await stat(path).catch((error: unknown) => {
    throw fileFailure(`cannot read ${shownPath(path)}`, 'COMPRESS_INPUT_UNREADABLE', error, signal);
  });
  if (!status.isFile()) {
    throw new StepError(`cannot pack ${shownPath(path)}: it is not a regular file`, {
      code: 'COMPRESS_INPUT_UNREADABLE',
    });
  }
  return { path, name: nameIn(packing, path), size: status.size, mode: status.mode & 0o777 };
}

function checkNames(members: readonly Member[], packingOption: string): void {
  const byName = new Map<string, Member>();
  for (const each of members) {
    const other = byName.get(each.name);
    if (other !== undefined) {
      throw new StepError(
        `${shownPath(other.path)} and ${shownPath(each.path)} would both be ${each.name} in the archive`,
        {
          code: 'COMPRESS_SAME_NAME',
          pointer: packingOption,
          hint: 'a zip keeps the directories of files below the working directory',
        },
      );
    }
    byName.set(each.name, each);
  }
}

/** The files to pack; `packingOption` is the pointer of what chose the packing. Throws `StepError` when the packing cannot hold them or the output would be one of them. */
export async function nameMembers(
  files: readonly string[],
  packing: Packing,
  output: string,
  packingOption: string,
  run: Pick<PostProcessRun, 'signal'>,
): Promise<readonly Member[]> {
  const paths = [...new Set(files)];
  if (paths.length === 0) {
    throw new StepError('the artifact has no local files to pack', { code: 'COMPRESS_NO_INPUT' });
  }
  if (packing.archive === undefined && paths.length > 1) {
    throw new StepError(`${packingName(packing)} holds one file, and the artifact has ${paths.length}`, {
      code: 'COMPRESS_NEEDS_ARCHIVE',
      pointer: packingOption,
      hint: `use tar.${packingName(packing)} or zip`,
    });
  }
  const members = await Promise.all(paths.map((path) => member(path, packing, run.signal)));
  checkNames(members, packingOption);
  const place = await realpath(output).catch(() => output);
  for (const { path } of members) {
    if ((await realpath(path)) !== place) continue;
    throw new StepError(`the output ${shownPath(output)} is one of the files to pack`, {
      code: 'COMPRESS_OVER_INPUT',
      pointer: '/output',
      hint: 'give "output" another path',
    });
  }
  return members;
}

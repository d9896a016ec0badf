import { shellWord } from '../../plugins/sdk/guest.ts';
import { StepError, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { databaseDirectories, databaseFiles, isPackageName } from '../../post-processors/_sbom/places.ts';

/** The files of the guest that an inventory is read from, as far as they are there. Throws `StepError` SBOM_GUEST. */
export async function findDatabases({ communicator, signal }: ProvisionRun): Promise<readonly string[]> {
  const inner = databaseDirectories.map(({ path, inner: file }) =>
    file === undefined ? `${path}/*` : `${path}/*/${file}`,
  );
  // Patterns are the shell's to fill in; a name that the test does not find is not said.
  const words = [...databaseFiles.map(shellWord), ...inner].join(' ');
  const lines: string[] = [];
  const { exitStatus, outputTail } = await communicator.exec(
    `for f in ${words}; do test -f "$f" && echo "$f"; done; true`,
    {
      signal,
      onLine: (stream, line) => {
        if (stream === 'stdout') lines.push(line);
      },
    },
  );
  if (exitStatus !== 0) {
    throw new StepError(`the guest's package databases cannot be looked for: ${outputTail.trim()}`, {
      code: 'SBOM_GUEST',
    });
  }
  // What a guest says becomes paths of this machine: nothing else than was asked for.
  return lines.filter((line) => databaseFiles.includes(line) || isPart(line));
}

/** Whether it is a package's file in one of the directories. */
function isPart(line: string): boolean {
  return databaseDirectories.some(({ path, inner }) => {
    if (!line.startsWith(`${path}/`)) return false;
    const [name = '', ...rest] = line.slice(path.length + 1).split('/');
    return isPackageName(name) && rest.join('/') === (inner ?? '');
  });
}

import { join } from 'node:path';
import { writeTemporaryFile } from '../../plugins/sdk/files.ts';
import { StepError } from '../../plugins/sdk/index.ts';
import { readApkInstalled } from './databases/apk.ts';
import { readDpkgStatus } from './databases/dpkg.ts';
import { readOsRelease } from './databases/os-release.ts';
import { readPacmanDesc } from './databases/pacman.ts';
import { readRpmDatabase } from './databases/rpm.ts';
import type { Inventory, InstalledPackage } from './package.ts';
import { isPackageName, olderRpm, places } from './places.ts';
import type { SystemTree } from './tree.ts';

type Read = (tree: SystemTree, directory: string) => Promise<readonly InstalledPackage[]>;

/** The first that has something in it: of a link, debugfs copies nothing. */
async function firstOf(tree: SystemTree, paths: readonly string[]): Promise<Buffer | undefined> {
  for (const path of paths) {
    const content = await tree.read(path);
    if (content !== undefined && content.length > 0) return content;
  }
  return undefined;
}

const dpkg: Read = async (tree) => {
  const parts = (await tree.list(places.dpkgParts)).filter(isPackageName);
  const paths = [places.dpkg, ...parts.map((name) => `${places.dpkgParts}/${name}`)];
  const texts = await Promise.all(paths.map((path) => tree.read(path)));
  return texts.flatMap((text) => (text === undefined ? [] : readDpkgStatus(text.toString('utf8'))));
};

const apk: Read = async (tree) => {
  const text = await firstOf(tree, places.apk);
  return text === undefined ? [] : readApkInstalled(text.toString('utf8'));
};

const pacman: Read = async (tree) => {
  const found: InstalledPackage[] = [];
  for (const name of await tree.list(places.pacman)) {
    const text = await tree.read(`${places.pacman}/${name}/desc`);
    const described = text === undefined ? undefined : readPacmanDesc(text.toString('utf8'));
    if (described !== undefined) found.push(described);
  }
  return found;
};

const rpm: Read = async (tree, directory) => {
  for (const place of places.rpm) {
    const names = await tree.list(place);
    const database = names.includes('rpmdb.sqlite') ? await tree.read(`${place}/rpmdb.sqlite`) : undefined;
    if (database !== undefined) {
      const file = join(directory, 'rpmdb.sqlite');
      await writeTemporaryFile(file, database);
      // What was written last is in a file beside it until the database is closed.
      const log = names.includes('rpmdb.sqlite-wal') ? await tree.read(`${place}/rpmdb.sqlite-wal`) : undefined;
      if (log !== undefined && log.length > 0) await writeTemporaryFile(`${file}-wal`, log);
      return readRpmDatabase(file);
    }
    const old = names.find((name) => name in olderRpm);
    if (old === undefined) continue;
    throw new StepError(
      `the database of rpm is one of ${olderRpm[old] ?? ''} (${place}/${old}), which Kiln does not read`,
      {
        code: 'SBOM_DATABASE',
        hint: 'rpm 4.16 and newer keep an rpmdb.sqlite: rpmdb --rebuilddb in the guest makes one where rpm is set up for it',
      },
    );
  }
  return [];
};

function byName(one: InstalledPackage, other: InstalledPackage): number {
  const [left, right] = [one, other].map((each) => [each.kind, each.name, each.architecture, each.version].join('\0'));
  return Buffer.compare(Buffer.from(left ?? ''), Buffer.from(right ?? ''));
}

/**
 * Reads a system's package databases; `directory` is a temporary one. Throws `StepError`: SBOM_NO_PACKAGES when there is
 * none, SBOM_DATABASE when one cannot be read.
 */
export async function readInventory(tree: SystemTree, directory: string): Promise<Inventory> {
  const release = await firstOf(tree, places.osRelease);
  const packages: InstalledPackage[] = [];
  for (const read of [dpkg, rpm, apk, pacman]) packages.push(...(await read(tree, directory)));
  if (packages.length === 0) {
    throw new StepError('there is no list of packages of dpkg, rpm, apk or pacman', {
      code: 'SBOM_NO_PACKAGES',
      hint: 'the system has no package manager, or keeps its list on a disk that is not part of the artifact',
    });
  }
  return { system: readOsRelease(release?.toString('utf8') ?? ''), packages: packages.sort(byName) };
}

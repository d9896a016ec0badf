import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, readdirSync, readFileSync, type Dirent } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import semver from 'semver';
import { homeDirectory } from '../../../core/directories/home-directory.ts';
import type { PackerKind } from '../plugin-binary.ts';

/** A program whose name says that it is a plugin of Packer's. */
export interface PluginBinary {
  readonly path: string;
  readonly name: string;
  /** The name's, of one that `packer plugins install` has put there. */
  readonly version: string | undefined;
  /** Of a program of Packer 1.6's time, which is one component. */
  readonly single: PackerKind | undefined;
}

/** Packer looks no deeper. */
const DEPTH_LIMIT = 16;

const MANY = /^packer-plugin-(?<name>.+?)(?:_v(?<version>\d[^_]*)_x\d+\.\d+_[a-z0-9]+_[a-z0-9]+)?$/;
const SINGLE = /^packer-(?<kind>builder|provisioner|post-processor)-(?<name>.+)$/;

function binaryOf(directory: string, file: string): PluginBinary | undefined {
  const many = MANY.exec(file)?.groups;
  const single = SINGLE.exec(file)?.groups;
  const name = many?.['name'] ?? single?.['name'];
  const path = join(directory, file);
  if (name === undefined || file.endsWith('_SHA256SUM') || !isExecutable(path)) return undefined;
  return { path, name, version: many?.['version'], single: single?.['kind'] as PackerKind | undefined };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function binariesIn(directory: string, depth: number): readonly PluginBinary[] {
  return entriesOf(directory).flatMap((entry) => {
    if (entry.isDirectory()) return depth === 0 ? [] : binariesIn(join(directory, entry.name), depth - 1);
    return binaryOf(directory, entry.name) ?? [];
  });
}

/**
 * Packer's plugin folders, those that count more first: PACKER_PLUGIN_PATH (several, as PATH has them), or the folder `plugins`
 * where Packer has its configuration; and the working directory, without what is below it.
 */
function pluginFolders(environment: NodeJS.ProcessEnv): readonly string[] {
  const given = (environment['PACKER_PLUGIN_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  if (given.length > 0) return given.map((folder) => resolve(folder));
  const own = environment['PACKER_CONFIG_DIR'] ?? '';
  if (own !== '') return [resolve(own, '.packer.d', 'plugins'), resolve(own, 'plugins')];
  const home = homeDirectory(environment);
  const base = environment['XDG_CONFIG_HOME'] ?? '';
  return [join(base === '' ? join(home, '.config') : base, 'packer', 'plugins'), join(home, '.packer.d', 'plugins')];
}

/** All programs in Packer's plugin folders that are plugins by their names; of those of one name the newest first. */
export function findBinaries(environment: NodeJS.ProcessEnv, workingDirectory: string): readonly PluginBinary[] {
  const folders = pluginFolders(environment).flatMap((folder) => binariesIn(folder, DEPTH_LIMIT));
  const newest = folders.toSorted((a, b) => semver.rcompare(a.version ?? '0.0.0', b.version ?? '0.0.0', true));
  return [...newest, ...binariesIn(workingDirectory, 0)];
}

/**
 * Why a program must not be started: the checksum beside it, which `packer plugins install` wrote, is another's. Undefined when
 * it may.
 */
export async function checksumFault({ path, version }: PluginBinary): Promise<string | undefined> {
  const file = `${path}_SHA256SUM`;
  let written: string;
  try {
    written = readFileSync(file, 'utf8');
  } catch {
    return version === undefined ? undefined : `there is no ${file}, which "packer plugins install" writes`;
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest('hex');
  return written.trim().split(/\s+/)[0]?.toLowerCase() === digest ? undefined : `its checksum is not that of ${file}`;
}

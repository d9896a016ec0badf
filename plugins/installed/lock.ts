import type { PluginKindName } from '../manifest/kinds.ts';

/** Types of a plugin's components by their kinds. */
export type ComponentTypes = Readonly<Partial<Record<PluginKindName, readonly string[]>>>;

/** A package that a plugin is made of: itself, or one that it depends on. */
export interface LockedPackage {
  readonly version: string;
  /** Where npm had it from. */
  readonly resolved?: string;
  readonly integrity?: string;
  readonly [other: string]: unknown;
}

/** A plugin as the lock file pins it. */
export interface LockedPlugin {
  readonly version: string;
  /** What it was installed from, as the user wrote it. */
  readonly source: string;
  /** Folder that is used as it is, relative to the lock file; nothing of it is pinned. */
  readonly link?: string;
  /** Digest of all its files and those of what it depends on ("sha512-…"); not of a linked one. */
  readonly integrity?: string;
  readonly components: ComponentTypes;
  /** What npm installs, by its path, as npm's own lock file has it. */
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}

/** What the lock file beside a template says. */
export interface Lock {
  /** Absolute path of the file, which need not exist. */
  readonly path: string;
  /** By their names, sorted. */
  readonly plugins: ReadonlyMap<string, LockedPlugin>;
}

export const LOCK_NAME = 'kiln-plugins.lock.json';
export const LOCK_VERSION = 1;

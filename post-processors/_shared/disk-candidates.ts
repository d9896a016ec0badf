import { extname } from 'node:path';
import type { Artifact, Disk } from '../../plugins/sdk/index.ts';

/** A file of an artifact that is a disk image of a known format. */
export interface DiskFile<Format extends string> {
  readonly path: string;
  readonly format: Format;
  /** As the builder says it. */
  readonly firmware?: Disk['firmware'];
}

/** How formats are told. */
export interface DiskFormats<Format extends string> {
  /** The format of a builder's word for it; undefined: it is none that is taken. */
  readonly called: (name: string) => Format | undefined;
  /** By what names of files end in, in lower case: ".vmdk". */
  readonly extensions: Readonly<Record<string, Format>>;
}

/**
 * The disk images of an artifact: those that the builder tells of, which may have names without an extension, and then
 * those that are known by their names. What a builder wrote is read as that, whatever it is called and whatever its guest
 * wrote into it.
 */
export function diskCandidates<Format extends string>(
  { disks = [], files }: Artifact,
  { called, extensions }: DiskFormats<Format>,
): readonly DiskFile<Format>[] {
  const told = disks.flatMap(({ path, format: name, firmware }) => {
    const format = called(name);
    return format === undefined ? [] : [{ path, format, firmware }];
  });
  const byName = files.flatMap((path): readonly DiskFile<Format>[] => {
    const format = extensions[extname(path).toLowerCase()];
    return format === undefined || disks.some((disk) => disk.path === path) ? [] : [{ path, format }];
  });
  return [...told, ...byName];
}

/** The artifact's only file, of which the builder does not say what it is: a raw disk may be called anything. */
export function unnamedDisk({ disks = [], files }: Artifact): string | undefined {
  const [only, ...others] = files;
  return others.length > 0 || disks.some(({ path }) => path === only) ? undefined : only;
}

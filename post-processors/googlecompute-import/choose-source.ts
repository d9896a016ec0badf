import { StepError, type Artifact } from '../../plugins/sdk/index.ts';
import { diskCandidates, type DiskFile as NamedDiskFile } from '../_shared/disk-candidates.ts';
import type { GooglecomputeImportPostProcessorConfig } from './config.gen.ts';

type Format = NonNullable<GooglecomputeImportPostProcessorConfig['format']>;
type DiskFormat = Exclude<Format, 'tar.gz'>;

/** A disk image that becomes the image. */
export type DiskFile = NamedDiskFile<DiskFormat>;

/** What becomes the image: an archive as Compute Engine takes it, or a disk image that is packed on its way. */
export type ImportSource =
  { readonly kind: 'archive'; readonly path: string } | { readonly kind: 'disk'; readonly disk: DiskFile };

const EXTENSIONS: Readonly<Record<string, DiskFormat>> = {
  '.img': 'raw',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.vdi': 'vdi',
  '.vhd': 'vhd',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

function called(name: string): DiskFormat | undefined {
  return name === 'vpc' ? 'vhd' : Object.values(EXTENSIONS).find((each) => each === name);
}

/** The name by which QEMU's programs know a format. */
export function qemuName(format: DiskFormat): string {
  return format === 'vhd' ? 'vpc' : format;
}

function diskOf(artifact: Artifact, wanted: DiskFormat | undefined): DiskFile | undefined {
  const candidates = diskCandidates(artifact, { called, extensions: EXTENSIONS });
  const found = candidates.find(({ format }) => wanted === undefined || format === wanted);
  if (found !== undefined) return found;
  // A raw disk may be called anything, unless the builder says that it is something else.
  const [only] = artifact.files;
  const isOther = artifact.disks?.some(({ path }) => path === only);
  if (wanted !== 'raw' || only === undefined || artifact.files.length > 1 || isOther === true) return undefined;
  return { path: only, format: 'raw' };
}

/** An archive comes first, as in Packer, which takes nothing else. Throws `StepError` GOOGLE_IMPORT_FILE. */
export function chooseSource(artifact: Artifact, wanted: Format | undefined): ImportSource {
  if (wanted === undefined || wanted === 'tar.gz') {
    const path = artifact.files.find((file) => file.endsWith('.tar.gz'));
    if (path !== undefined) return { kind: 'archive', path };
  }
  const disk = wanted === 'tar.gz' ? undefined : diskOf(artifact, wanted);
  if (disk !== undefined) return { kind: 'disk', disk };
  const files = artifact.files.length === 0 ? 'it has no files' : `it has ${artifact.files.join(', ')}`;
  throw new StepError(`the artifact has no ${wanted ?? 'disk image and no .tar.gz'}: ${files}`, {
    code: 'GOOGLE_IMPORT_FILE',
    pointer: '/format',
    hint: 'set format to what the builder makes',
  });
}

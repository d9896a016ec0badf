import { StepError, type Artifact } from '../../plugins/sdk/index.ts';
import { diskCandidates, unnamedDisk, type DiskFile as NamedDiskFile } from '../_shared/disk-candidates.ts';
import { formatCalled, type Format } from './formats.ts';

/** The file that becomes the image. */
export type DiskFile = NamedDiskFile<Format>;

const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.img': 'raw',
  '.iso': 'iso',
  '.ova': 'ova',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.vdi': 'vdi',
  '.vhd': 'vhd',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

/** Throws `StepError` OPENSTACK_IMPORT_FILE when the artifact has no file for it. */
export function chooseDisk(artifact: Artifact, wanted: Format | undefined): DiskFile {
  const candidates = diskCandidates(artifact, { called: formatCalled, extensions: EXTENSIONS });
  const found = candidates.find(({ format }) => wanted === undefined || format === wanted);
  if (found !== undefined) return found;
  const unnamed = wanted === 'raw' ? unnamedDisk(artifact) : undefined;
  if (unnamed !== undefined) return { path: unnamed, format: 'raw' };
  const files = artifact.files.length === 0 ? 'it has no files' : `it has ${artifact.files.join(', ')}`;
  throw new StepError(`the artifact has no ${wanted ?? 'disk'} image: ${files}`, {
    code: 'OPENSTACK_IMPORT_FILE',
    pointer: '/format',
    hint: 'set format to what the builder makes',
  });
}

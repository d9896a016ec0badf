import { StepError, type Artifact } from '../../plugins/sdk/index.ts';
import { diskCandidates, unnamedDisk, type DiskFile as NamedDiskFile } from '../_shared/disk-candidates.ts';
import { formats, type Format, type Method } from './method.ts';

/** The file that becomes the AMI's root disk. */
export type DiskFile = NamedDiskFile<Format>;

const extensions: Readonly<Record<string, Format>> = {
  '.img': 'raw',
  '.ova': 'ova',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.vhd': 'vhd',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

function called(name: string): Format | undefined {
  return name === 'vpc' ? 'vhd' : Object.values(extensions).find((each) => each === name);
}

/** Throws `StepError` AMAZON_IMPORT_FILE when the artifact has no file for it. */
export function chooseDisk(artifact: Artifact, wanted: Format | undefined, method: Method): DiskFile {
  const allowed = wanted === undefined ? (method === 'import-image' ? ['ova'] : formats[method]) : [wanted];
  const found = diskCandidates(artifact, { called, extensions }).find(({ format }) => allowed.includes(format));
  if (found !== undefined) return found;
  const unnamed = wanted === 'raw' ? unnamedDisk(artifact) : undefined;
  if (unnamed !== undefined) return { path: unnamed, format: 'raw' };
  const files = artifact.files.length === 0 ? 'it has no files' : `it has ${artifact.files.join(', ')}`;
  throw new StepError(`the artifact has no disk image (${allowed.join(', ')}): ${files}`, {
    code: 'AMAZON_IMPORT_FILE',
    pointer: '/format',
    hint: 'set format to what the builder makes',
  });
}

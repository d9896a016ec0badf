import { extname } from 'node:path';
import { StepError, type Artifact, type Disk } from '../../plugins/sdk/index.ts';
import { formatCalled, type Format } from './formats.ts';

/** The file that becomes the image. */
export interface DiskFile {
  readonly path: string;
  readonly format: Format;
  /** As the builder says it. */
  readonly firmware?: Disk['firmware'];
}

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

/** What the builder says of its own disks, which may have names without an extension. */
function toldByBuilder({ disks = [] }: Artifact): readonly DiskFile[] {
  return disks.flatMap(({ path, format: name, firmware }) => {
    const format = formatCalled(name);
    return format === undefined ? [] : [{ path, format, firmware }];
  });
}

/** Throws `StepError` OPENSTACK_IMPORT_FILE when the artifact has no file for it. */
export function chooseDisk(artifact: Artifact, wanted: Format | undefined): DiskFile {
  const byName = artifact.files.flatMap((path): readonly DiskFile[] => {
    const format = EXTENSIONS[extname(path).toLowerCase()];
    // What a builder wrote is read as that, whatever it is called and whatever its guest wrote into it.
    return format === undefined || artifact.disks?.some((disk) => disk.path === path) ? [] : [{ path, format }];
  });
  const candidates = [...toldByBuilder(artifact), ...byName];
  const found = candidates.find(({ format }) => wanted === undefined || format === wanted);
  if (found !== undefined) return found;
  // A raw disk may be called anything, unless the builder says that it is something else.
  const [only] = artifact.files;
  const isOther = artifact.disks?.some(({ path }) => path === only);
  if (wanted === 'raw' && only !== undefined && artifact.files.length === 1 && isOther !== true) {
    return { path: only, format: 'raw' };
  }
  const files = artifact.files.length === 0 ? 'it has no files' : `it has ${artifact.files.join(', ')}`;
  throw new StepError(`the artifact has no ${wanted ?? 'disk'} image: ${files}`, {
    code: 'OPENSTACK_IMPORT_FILE',
    pointer: '/format',
    hint: 'set format to what the builder makes',
  });
}

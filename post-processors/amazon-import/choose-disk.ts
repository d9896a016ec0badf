import { extname } from 'node:path';
import { StepError, type Artifact, type Disk } from '../../plugins/sdk/index.ts';
import { formats, type Format, type Method } from './method.ts';

/** The file that becomes the AMI's root disk. */
export interface DiskFile {
  readonly path: string;
  readonly format: Format;
  /** As the builder says it. */
  readonly firmware?: Disk['firmware'];
}

const extensions: Readonly<Record<string, Format>> = {
  '.img': 'raw',
  '.ova': 'ova',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.vhd': 'vhd',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

/** What the builder says of its own disks, which may have names without an extension. */
function toldByBuilder({ disks = [] }: Artifact): readonly DiskFile[] {
  return disks.flatMap(({ path, format: name, firmware }) => {
    const format = name === 'vpc' ? 'vhd' : Object.values(extensions).find((each) => each === name);
    return format === undefined ? [] : [{ path, format, firmware }];
  });
}

/** Throws `StepError` AMAZON_IMPORT_FILE when the artifact has no file for it. */
export function chooseDisk(artifact: Artifact, wanted: Format | undefined, method: Method): DiskFile {
  const allowed = wanted === undefined ? (method === 'import-image' ? ['ova'] : formats[method]) : [wanted];
  const told = toldByBuilder(artifact);
  const byName = artifact.files.flatMap((path): readonly DiskFile[] => {
    const format = extensions[extname(path).toLowerCase()];
    // What a builder wrote is read as that, whatever it is called and whatever its guest wrote into it.
    return format === undefined || artifact.disks?.some((disk) => disk.path === path) ? [] : [{ path, format }];
  });
  const found = [...told, ...byName].find(({ format }) => allowed.includes(format));
  // A raw disk may be called anything.
  const [only] = artifact.files;
  if (found === undefined && wanted === 'raw' && only !== undefined && artifact.files.length === 1) {
    return { path: only, format: 'raw' };
  }
  if (found !== undefined) return found;
  const files = artifact.files.length === 0 ? 'it has no files' : `it has ${artifact.files.join(', ')}`;
  throw new StepError(`the artifact has no disk image (${allowed.join(', ')}): ${files}`, {
    code: 'AMAZON_IMPORT_FILE',
    pointer: '/format',
    hint: 'set format to what the builder makes',
  });
}

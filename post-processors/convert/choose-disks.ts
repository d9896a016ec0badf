import { extname } from 'node:path';
import { StepError, type Artifact, type Disk } from '../../plugins/sdk/index.ts';
import type { NamedDisk } from '../_shared/disk-image.ts';

/** A disk of the artifact and what is known of it besides its format. */
export interface InputDisk extends NamedDisk {
  readonly known: Pick<Disk, 'firmware' | 'architecture' | 'firmwareVariables'>;
}

const formats: Readonly<Record<string, string>> = {
  '.hdd': 'parallels',
  '.img': 'raw',
  '.qcow': 'qcow',
  '.qcow2': 'qcow2',
  '.qed': 'qed',
  '.raw': 'raw',
  '.vdi': 'vdi',
  '.vhd': 'vpc',
  '.vhdx': 'vhdx',
  '.vmdk': 'vmdk',
};

/**
 * The artifact's disks: those that its maker names, or else the files with the extension of a disk image. Throws
 * `StepError` CONVERT_NO_DISK.
 */
export function chooseDisks({ disks = [], files }: Artifact): readonly InputDisk[] {
  const told = disks.map(({ path, format, firmware, architecture, firmwareVariables }) => ({
    path,
    format,
    known: {
      ...(firmware === undefined ? {} : { firmware }),
      ...(architecture === undefined ? {} : { architecture }),
      ...(firmwareVariables === undefined ? {} : { firmwareVariables }),
    },
  }));
  if (told.length > 0) return told;
  const byName = files.flatMap((path) => {
    const format = formats[extname(path).toLowerCase()];
    return format === undefined ? [] : [{ path, format, known: {} }];
  });
  if (byName.length > 0) return byName;
  const has = files.length === 0 ? 'it has no files' : `it has ${files.join(', ')}`;
  throw new StepError(`the artifact has no disk image to convert: ${has}`, {
    code: 'CONVERT_NO_DISK',
    hint: `disk images of other tools are known by their names: ${Object.keys(formats).join(', ')}`,
  });
}

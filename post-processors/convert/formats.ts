import type { ConvertPostProcessorConfig } from './config.gen.ts';

export type Format = ConvertPostProcessorConfig['format'];
export type Subformat = NonNullable<ConvertPostProcessorConfig['subformat']>;

/** What each format's files are called. */
export const extensions: Readonly<Record<Format, string>> = {
  ova: 'ova',
  parallels: 'hdd',
  qcow: 'qcow',
  qcow2: 'qcow2',
  qed: 'qed',
  raw: 'raw',
  vdi: 'vdi',
  vhdx: 'vhdx',
  vmdk: 'vmdk',
  vpc: 'vhd',
};

const twoKinds: readonly Subformat[] = ['dynamic', 'fixed'];

/** Subformats of the formats that have some. */
export const subformats: Partial<Readonly<Record<Format, readonly Subformat[]>>> = {
  vdi: twoKinds,
  vhdx: twoKinds,
  vpc: twoKinds,
  vmdk: ['monolithicSparse', 'monolithicFlat', 'streamOptimized', 'twoGbMaxExtentFlat', 'twoGbMaxExtentSparse'],
};

/** Of a fixed VHD's size: Azure takes no other. */
export const AZURE_ALIGNMENT = 1_048_576;

/** The subformat that is written; undefined leaves it to QEMU. */
export function subformatOf({
  format,
  subformat,
}: Pick<ConvertPostProcessorConfig, 'format' | 'subformat'>): Subformat | undefined {
  return subformat ?? (format === 'vpc' ? 'fixed' : undefined);
}

/** What `qemu-img convert` is told of a format; what the template says of it comes last and counts. */
export function formatArguments(config: Omit<ConvertPostProcessorConfig, 'output'>): readonly string[] {
  const { format, cluster_size: cluster, compression, format_options: more = {} } = config;
  const subformat = subformatOf(config);
  const said: Readonly<Record<string, string>> = {
    ...(subformat === undefined
      ? {}
      : format === 'vdi'
        ? { static: subformat === 'fixed' ? 'on' : 'off' }
        : { subformat }),
    // Else the size is rounded to what cylinders and heads of old can say.
    ...(format === 'vpc' ? { force_size: 'on' } : {}),
    ...(cluster === undefined ? {} : { cluster_size: cluster }),
    ...(compression === undefined ? {} : { compression_type: compression }),
    ...more,
  };
  // A comma in a value is written twice.
  const options = Object.entries(said).map(([name, value]) => `${name}=${value.replaceAll(',', ',,')}`);
  return [...(compression === undefined ? [] : ['-c']), ...options.flatMap((option) => ['-o', option])];
}

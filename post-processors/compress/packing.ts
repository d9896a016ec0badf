export type Compression = 'gz' | 'bgzf' | 'xz' | 'bzip2' | 'lz4' | 'zst';

/** How files are packed. Without an archive there can be one file only. */
export interface Packing {
  readonly archive: 'tar' | 'zip' | undefined;
  readonly compression: Compression | undefined;
}

const compressions: ReadonlyMap<string, Compression> = new Map([
  ['gz', 'gz'],
  ['bgzf', 'bgzf'],
  ['xz', 'xz'],
  ['bzip2', 'bzip2'],
  ['bz2', 'bzip2'],
  ['lz4', 'lz4'],
  ['zst', 'zst'],
]);

const wholePackings: ReadonlyMap<string, Packing> = new Map([
  ['zip', { archive: 'zip', compression: undefined }],
  ['tar', { archive: 'tar', compression: undefined }],
  ['tgz', { archive: 'tar', compression: 'gz' }],
  ['txz', { archive: 'tar', compression: 'xz' }],
  ['tbz2', { archive: 'tar', compression: 'bzip2' }],
  ['tzst', { archive: 'tar', compression: 'zst' }],
]);

/**
 * What the options ask for, by Packer's rules: the last extension of `output` (of `output.format` when there is a
 * format) decides, ".tar" before it makes an archive, and an unknown one means tar and gzip. `output` is the option's
 * text before it is rendered, so that a dot in a build's name changes nothing.
 */
export function choosePacking(output: string, format: string | undefined): Packing {
  const name = output.slice(output.lastIndexOf('/') + 1);
  const extensions = [...(format === undefined ? name : `${name}.${format}`).matchAll(/\.([a-z0-9]+)/g)];
  const last = extensions.at(-1)?.[1] ?? '';
  const compression = compressions.get(last);
  if (compression === undefined) return wholePackings.get(last) ?? { archive: 'tar', compression: 'gz' };
  return { archive: extensions.at(-2)?.[1] === 'tar' ? 'tar' : undefined, compression };
}

/** "tar.gz", "zip", "xz". */
export function packingName(packing: Packing): string {
  return [packing.archive, packing.compression].filter((part) => part !== undefined).join('.');
}

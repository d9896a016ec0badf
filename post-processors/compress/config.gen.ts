// Made from a schema by `npm run generate`; do not edit.

/** Packs the artifact's files into one compressed file. */
export interface CompressPostProcessorConfig {
  /**
   * Path of the file to write. Missing directories are made; a file that is there is replaced. Its extension says how to pack: none that is known means tar and gzip, and adds no extension to the name. Knows `.BuildName` and `.BuilderType`.
   */
  readonly output: string;
  /**
   * How to pack, when the extension of `output` does not say it: tar, tar.gz (tgz), tar.bgzf, tar.xz (txz), tar.bzip2 (tar.bz2, tbz2), tar.lz4, tar.zst (tzst), zip, gz, bgzf, xz, bzip2 (bz2), lz4 or zst. Formats that hold one file only need an artifact of one file.
   */
  readonly format?: string;
  /**
   * How hard to compress: 1 (fast) to 9 (small); lz4 goes up to 12 and zst up to 22, and more than a format's highest means its highest. 0 and -1 mean the format's own default.
   */
  readonly compression_level: number;
}

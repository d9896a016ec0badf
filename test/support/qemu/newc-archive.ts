/** One member of an archive; `mode` has the file type bits (0o100000 file, 0o040000 directory). */
export interface ArchiveMember {
  readonly path: string;
  readonly mode: number;
  readonly content?: string | Uint8Array;
}

function padded(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil(bytes.length / 4) * 4;
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]);
}

function member({ path, mode, content = '' }: ArchiveMember, inode: number): Uint8Array {
  const body = Buffer.from(content as string);
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, body.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(body)]);
}

/** A cpio archive in the "newc" format, which Linux unpacks as its first root file system. */
export function newcArchive(members: readonly ArchiveMember[]): Uint8Array {
  const all = [...members, { path: 'TRAILER!!!', mode: 0 }];
  return Buffer.concat(all.map((one, index) => member(one, index + 1)));
}

/** One member of an archive; a directory has no content. */
export interface ArchiveMember {
  /** Without a slash in front. */
  readonly path: string;
  readonly content?: Uint8Array;
  readonly executable?: boolean;
}

const DIRECTORY = 0o040755;
const FILE = 0o100644;
const PROGRAM = 0o100755;

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function entry(path: string, mode: number, content: Uint8Array, inode: number): Uint8Array {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)]);
}

/** The directories above a path, outermost first. */
function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A cpio archive in the "newc" format, which Linux unpacks into its first root file system; all belongs to root. */
export function newcArchive(members: readonly ArchiveMember[]): Uint8Array {
  const directories = [...new Set(members.flatMap(({ path }) => parentsOf(path)))];
  const none = new Uint8Array();
  const entries = [
    ...directories.map((path) => ({ path, mode: DIRECTORY, content: none })),
    ...members.map(({ path, content = none, executable }) => ({
      path,
      mode: executable === true ? PROGRAM : FILE,
      content,
    })),
    { path: 'TRAILER!!!', mode: 0, content: none },
  ];
  return Buffer.concat(entries.map(({ path, mode, content }, index) => entry(path, mode, content, index + 1)));
}
